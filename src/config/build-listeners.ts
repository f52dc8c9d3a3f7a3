// Addresses and TLS of the listeners, from file, environment and command line.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import { Secret } from '../internal/secret.js';
import type { BuildContext } from './build-context.js';
import { isWildcardHost } from './listen-address.js';

const DEFAULT_LISTEN: ListenOptions = { host: '0.0.0.0', port: 9087 };

/** Addresses of the listeners. */
export interface BuiltListeners extends Pick<GatewayOptions, 'listen' | 'metricsListen'> {
  /** Whether both were asked for on one address, which is one listener. */
  readonly sharesListener: boolean;
}

/** The addresses; `override` comes from the command line and is strongest. */
export function buildListeners(
  { file, env, problems }: BuildContext,
  override: ListenOptions | undefined,
): BuiltListeners {
  const inFile = file.options.listen ?? DEFAULT_LISTEN;
  const listen = override ?? { host: inFile.host, port: env.port ?? inFile.port };
  const metricsInFile = file.options.metrics_listen;
  const metricsPort = env.metricsPort ?? metricsInFile?.port;
  if (metricsPort === undefined) return { listen, sharesListener: false };
  const metricsListen = { host: metricsInFile?.host ?? listen.host, port: metricsPort };
  const separate = { listen, metricsListen, sharesListener: false };
  if (metricsListen.port !== listen.port || metricsListen.port === 0) return separate;
  if (metricsListen.host === listen.host) return { listen, sharesListener: true };
  const knowsBoth = !problems.hasUnder('listen') && !problems.hasUnder('PORT');
  if (knowsBoth && (isWildcardHost(metricsListen.host) || isWildcardHost(listen.host))) {
    problems.add(
      env.metricsPort === undefined ? 'metrics_listen' : 'METRICS_PORT',
      'is the port of listen, which already covers every address; expected another port',
    );
  }
  return separate;
}

/** Certificate and key, checked to belong together; undefined without `tls`, or with a problem. */
export function buildTls({ file, fileReader, problems }: BuildContext): GatewayOptions['tls'] {
  const { tls } = file.options;
  if (tls === undefined) return undefined;
  const cert = fileReader.text('tls.cert_file', tls.cert_file);
  const key = fileReader.text('tls.key_file', tls.key_file);
  const certificate = tryParse(cert, (pem) => new X509Certificate(pem));
  const privateKey = tryParse(key, (pem) => createPrivateKey(pem));
  if (cert !== undefined && certificate === undefined) {
    problems.add('tls.cert_file', 'names a file that holds no certificate; expected PEM');
  }
  if (key !== undefined && privateKey === undefined) {
    problems.add('tls.key_file', 'names a file that holds no private key; expected PEM without a passphrase');
  }
  if (certificate !== undefined && privateKey !== undefined && !certificate.checkPrivateKey(privateKey)) {
    problems.add('tls.key_file', 'is not the key of the certificate in tls.cert_file');
  }
  return cert === undefined || key === undefined ? undefined : { cert, key: new Secret(key) };
}

function tryParse<T>(pem: string | undefined, parse: (pem: string) => T): T | undefined {
  if (pem === undefined) return undefined;
  try {
    return parse(pem);
  } catch {
    return undefined;
  }
}
