import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

/** Lets an SDK client of this process reach a simulator under Azure's own address, without TLS. */
export function httpClientTo(simulatorUrl: string): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    sendRequest: async (request) => {
      const asked = request.url;
      const { pathname, search } = new URL(asked);
      try {
        request.url = `${simulatorUrl}${pathname}${search}`;
        request.allowInsecureConnection = true;
        return await inner.sendRequest(request);
      } finally {
        // a retry looks at where the request goes
        request.url = asked;
      }
    },
  };
}
