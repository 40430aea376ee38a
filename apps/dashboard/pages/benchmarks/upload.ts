import { api } from '../../api/client.js';
import { ProblemError } from '../../api/problem.js';

/**
 * Sends a file with its options, and tells how much of it is sent, which `fetch` cannot.
 * @throws ProblemError with what is wrong, by line.
 */
export async function upload<T>(
  path: string,
  options: object,
  file: Blob & { name?: string },
  onProgress: (share: number) => void,
): Promise<T> {
  // Renews the session where that is due: what was sent halfway cannot be sent again.
  await api.GET('/api/v1/auth/me');
  const form = new FormData();
  form.append('options', JSON.stringify(options));
  form.append('file', file, file.name ?? 'file');
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onerror = () => reject(new Error('The connection broke. Nothing was stored; try again.'));
    request.onload = () => {
      const body = (request.response ?? {}) as T;
      if (request.status < 300) resolve(body);
      else reject(new ProblemError(request.status, body as object));
    };
    request.send(form);
  });
}
