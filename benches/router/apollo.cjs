// Apollo's gateway, for comparison: node apollo.cjs SUPERGRAPH PORT, with its packages on NODE_PATH.
const { readFileSync } = require('node:fs');
const { ApolloGateway } = require('@apollo/gateway');
const { ApolloServer } = require('@apollo/server');
const { startStandaloneServer } = require('@apollo/server/standalone');

const [file, port] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(file, 'utf8') });
const listen = { host: '127.0.0.1', port: Number(port) };
startStandaloneServer(new ApolloServer({ gateway }), { listen });
