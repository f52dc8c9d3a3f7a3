// What an operator can say about networks and proxies.

/** Where the client's address comes from, and which addresses may ask at all. Addresses and CIDRs as text. */
export interface NetworkOptions {
  /** Peers whose forwarding header is believed. @default ['127.0.0.0/8', '::1/128'] */
  readonly trustedProxies?: readonly string[];
  /** The one header that is read; `none` reads none. @default 'x-forwarded-for' */
  readonly clientAddressHeader?: 'x-forwarded-for' | 'none';
  /**
   * `TRUST_PROXY=true`: believe one hop, and only from a loopback or private peer.
   * @default false
   */
  readonly trustPrivatePeers?: boolean;
  /** Client addresses that may ask. Absent: every address. */
  readonly allowedIps?: readonly string[];
}
