// What the files of a new set-up are made from, and what each of them is. Pure: nothing is read, asked or written here.
// Nothing that the target said is in any file but the choice of a preset, a name from a list, and whether its metrics are
// malformed.

import type { PresetName } from '../../views/options.js';

/** What a set-up can be for. */
export const FORMS = ['prometheus', 'compose', 'systemd', 'kubernetes', 'alloy'] as const;

/** One of them. */
export type Form = (typeof FORMS)[number];

/** A new set-up. */
export interface SetUp {
  /** Absolute path of the folder of the files. */
  readonly folder: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly target: SetUpTarget;
  /** `sha256:…` of the token. */
  readonly tokenDigest: string;
  /** Version of Scrapegate. */
  readonly version: string;
}

/** The target of a set-up. */
export interface SetUpTarget {
  /** A name as configurations have it. */
  readonly name: string;
  /** As the gate is to call it. */
  readonly url: string;
  readonly preset: PresetName;
  /** Absolute path of the file with the token that the target asks for. */
  readonly bearerTokenFile?: string | undefined;
  /** Whether it has malformed metrics, which have to be left out. */
  readonly isMalformed: boolean;
}

/** A file to write. */
export interface SetUpFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly text: string;
  /** Of its permissions. */
  readonly mode: number;
  /** What it is, for people. */
  readonly about: string;
}

/** The files that every set-up has. */
export const CONFIG_FILE = 'scrapegate.yml';
export const TOKEN_FILE = 'scrapegate.token';
export const SCRAPE_FILE = 'prometheus.yml';

/** Whether the configuration is for its reader alone: the query of a URL may hold a key. */
export function isConfigSecret({ url }: SetUpTarget): boolean {
  return url.includes('?');
}

/** Everybody may read what holds no secret: containers and services have users of their own. */
export const PUBLIC_MODE = 0o644;

/** Of what holds one. */
export const SECRET_MODE = 0o600;

/** A scalar of YAML that is this text and nothing else, whatever it holds. JSON strings are YAML. */
export function yamlText(text: string): string {
  return JSON.stringify(text);
}

/** Whether a host stands for this machine alone. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)
  );
}

/** Host and port as text; IPv6 in brackets. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/** Where a scraper on this machine finds the gate. */
export function scrapedAddress({ host, port }: SetUp['listen']): string {
  const isWildcard = host === '0.0.0.0' || host === '::';
  return hostAndPort(isWildcard ? '127.0.0.1' : host, port);
}
