DROP TABLE supergraph, trusted_document, api_key, api_client;
