import type { ContainerClient } from '@azure/storage-blob';
import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { type ListedPage, parseListing } from './parse-listing';

/** The first version with index tags is 2019-12-12; this one encodes names that XML cannot hold. */
const API_VERSION = '2023-11-03';

export interface Listing {
  readonly prefix: string;
  /** `metadata,tags`, `metadata`. */
  readonly include: string;
  /** 5000 at most. */
  readonly pageSize: number;
  /** `next` of the page before. */
  readonly marker: string | undefined;
}

/**
 * One page of `List Blobs`, with the client's own credentials and policies, and a reader of its own: the SDK's takes 0.4 ms of
 * processor time for each blob with metadata and tags, this one 0.01 ms (measured with 6,000 blobs), which decides whether
 * a catalog of 2,000 backups is an answer or a wait.
 *
 * @throws RestError with the status and the service's code, as the SDK's own calls do
 */
export async function listBlobs(
  container: ContainerClient,
  listing: Listing,
  abortSignal: AbortSignal,
): Promise<ListedPage> {
  const request = createPipelineRequest({
    url: urlOf(container, listing),
    headers: createHttpHeaders({ accept: 'application/xml', 'x-ms-version': API_VERSION }),
    abortSignal,
    // the emulator speaks HTTP; where credentials go is the configured account's URL alone
    allowInsecureConnection: true,
    // given as it comes, so that the pipeline does not parse it
    streamResponseStatusCodes: new Set([200]),
  });
  const response = await senderOf(container).sendRequest(request);
  if (response.status !== 200) throw refusal(request, response);
  return parseListing(await readBody(response));
}

/** A space as %20: the `+` of a form is not what the signature is made of. */
function urlOf({ url }: ContainerClient, { prefix, include, pageSize, marker }: Listing): string {
  const query = { restype: 'container', comp: 'list', include, maxresults: String(pageSize), prefix, marker };
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

interface Sender {
  sendRequest(request: PipelineRequest): Promise<PipelineResponse>;
}

/** The client that the SDK's own calls go through. Protected in its types; a test lists with it and with the SDK. */
const senderOf = (container: ContainerClient): Sender =>
  (container as unknown as { readonly storageClientContext: Sender }).storageClientContext;

function refusal(request: PipelineRequest, response: PipelineResponse): RestError {
  const code = response.headers.get('x-ms-error-code');
  return new RestError(`listing blobs: ${response.status} ${code ?? ''}`.trim(), {
    ...{ statusCode: response.status, request, response },
    ...(code === undefined ? {} : { code }),
  });
}

async function readBody({ readableStreamBody, bodyAsText }: PipelineResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody ?? []) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? (bodyAsText ?? '') : Buffer.concat(chunks).toString('utf8');
}
