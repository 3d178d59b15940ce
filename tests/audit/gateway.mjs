// The reference gateway of `make differential-router`: @apollo/gateway, run from a folder where it is installed.
//
//   node gateway.mjs PORT                 (its packages are looked for from the working directory on)
//   POST /graphs/NAME                     takes a supergraph; 422 with the reason where the gateway refuses it
//   POST /graphs/NAME/graphql             answers { query, variables }; the header x-doa-principal goes on to the subgraphs
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { ApolloGateway, RemoteGraphQLDataSource } = require("@apollo/gateway");
const { ApolloServer } = require("@apollo/server");

class Subgraph extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.principal) request.http.headers.set("x-doa-principal", context.principal);
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const settings = { logger: quiet, stopOnTerminationSignals: false, includeStacktraceInErrorResponses: false };
const graphs = new Map();

async function load(name, supergraphSdl) {
  const gateway = new ApolloGateway({ supergraphSdl, logger: quiet, buildService: ({ url }) => new Subgraph({ url }) });
  const server = new ApolloServer({ ...settings, gateway });
  await server.start();
  graphs.set(name, server);
}

async function answer(name, body, principal) {
  const { query, variables } = JSON.parse(body);
  const response = await graphs.get(name).executeOperation({ query, variables }, { contextValue: { principal } });
  return JSON.stringify(response.body.singleResult);
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const [, , name, graphql] = request.url.split("/");
  try {
    const text = graphql ? await answer(name, body, request.headers["x-doa-principal"]) : await load(name, body);
    response.setHeader("content-type", "application/json").end(text);
  } catch (error) {
    response.writeHead(422, { "content-type": "text/plain" }).end(String(error.message));
  }
}).listen(Number(process.argv[2]), "127.0.0.1");
