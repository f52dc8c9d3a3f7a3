// What an operator can say about networks and proxies.

/** Where the address of a client can come from. */
export type ClientAddressHeader = 'x-forwarded-for' | 'forwarded' | 'proxy_protocol' | 'none';

/**
 * Where the client's address comes from, and which addresses may ask at all. Lists hold addresses and CIDRs as text;
 * `unix` stands for whatever connects to a Unix socket.
 */
export interface NetworkOptions {
  /** Peers whose word on the client is believed. @default ['127.0.0.0/8', '::1/128'] */
  readonly trustedProxies?: readonly string[];
  /**
   * The one thing that is read: a header of each request, or the PROXY header at the beginning of each connection, which
   * is then demanded. `none` reads nothing. @default 'x-forwarded-for'
   */
  readonly clientAddressHeader?: ClientAddressHeader;
  /**
   * `TRUST_PROXY=true`: believe one hop, and only from a loopback or private peer.
   * @default false
   */
  readonly trustPrivatePeers?: boolean;
  /** Client addresses that may ask. Absent: every address. */
  readonly allowedIps?: readonly string[];
}
