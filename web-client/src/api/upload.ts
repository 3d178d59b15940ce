import { looks, session } from '../session';
import { authorizedFetch } from './authorizedFetch';
import { refused, type FaultKind, type Failure } from './failure';

export interface UploadedFile {
  id: string;
  url: string;
}

interface Problem {
  detail?: string;
  errors?: { message: string }[];
}

export interface UploadOf {
  purpose: string;
  /** The seller that it is of or, of a claim's photo, who is to see it. */
  sellerId?: string | undefined;
}

/** Sends one file to the REST route of uploads: the bytes need no encoding there. */
export async function uploadFile(
  { purpose, sellerId }: UploadOf,
  file: File,
  language: string,
): Promise<UploadedFile | Failure> {
  // The route would take staff who look as somebody else, and may change nothing, for a visitor.
  if (looks.current !== null) return failedBy('forbidden');
  const form = new FormData();
  // What it is comes before the bytes, as it limits them.
  form.append('purpose', purpose);
  if (sellerId !== undefined) form.append('sellerId', sellerId);
  form.append('file', file);
  const send = authorizedFetch(session, language, (input, init) => window.fetch(input, init));
  let response: Response;
  try {
    response = await send('/api/v1/uploads', { method: 'POST', body: form });
  } catch {
    return failedBy('network');
  }
  if (response.ok) return (await response.json()) as UploadedFile;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const message = problem.errors?.[0]?.message ?? problem.detail;
  if (response.status === 401) return failedBy('unauthenticated');
  if (response.status >= 500 || message === undefined) return failedBy(response.status === 503 ? 'busy' : 'server');
  return refused([{ field: ['file'], message: `${file.name}: ${message}`, retryable: false }]);
}

function failedBy(fault: FaultKind): Failure {
  return { refusals: [], fault, traceId: null };
}

export function isFailure(answer: UploadedFile | Failure): answer is Failure {
  return 'refusals' in answer;
}
