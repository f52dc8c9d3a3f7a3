// TLS of the listeners, from the `tls` section or from a web configuration, never from both.

import type { TlsOptions } from '../gateway/tls-options.js';
import type { BuildContext } from './build-context.js';
import { checkedTls, type PemText } from './checked-tls.js';
import type { FileTls } from './file-options.js';

const VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/** TLS of file or web configuration; undefined without either, or with a problem. */
export function buildTls({ file, web, fileReader, problems }: BuildContext): TlsOptions | undefined {
  const { tls } = file.options;
  if (tls !== undefined && web?.tls !== undefined) {
    problems.add(
      'tls',
      'is given together with tls_server_config of the web configuration; keep one of the two',
    );
    return undefined;
  }
  if (tls === undefined) return web?.tls;
  if (tls.client_ca_file === undefined && tls.client_auth !== undefined) {
    problems.add('tls.client_auth', 'needs client_ca_file, the authorities that vouch for clients');
  }
  const read = (key: 'cert_file' | 'key_file' | 'client_ca_file', path: string): PemText => ({
    setting: `tls.${key}`,
    text: fileReader.text(`tls.${key}`, path),
    path: fileReader.resolvePath(path),
  });
  return checkedTls(
    {
      at: 'tls',
      cert: read('cert_file', tls.cert_file),
      key: read('key_file', tls.key_file),
      ...(tls.client_ca_file !== undefined && { clientCa: read('client_ca_file', tls.client_ca_file) }),
      more: moreOf(tls),
    },
    problems,
  );
}

function moreOf({ client_auth, client_ca_file, min_version }: FileTls): Partial<TlsOptions> {
  return {
    ...(client_auth !== undefined && client_ca_file !== undefined && { clientAuth: client_auth }),
    ...(min_version !== undefined && { minVersion: VERSIONS[min_version] }),
  };
}
