declare module 'samlp' {
  export interface ResponseOptions {
    readonly issuer: string;
    readonly cert: string;
    readonly key: string;
    readonly audience: string;
    readonly recipient: string;
    readonly destination: string;
    readonly inResponseTo: string;
    readonly signAssertion?: boolean;
    readonly signResponse?: boolean;
    readonly signatureAlgorithm: 'rsa-sha256' | 'rsa-sha1';
    readonly digestAlgorithm: 'sha256' | 'sha1';
    readonly lifetimeInSeconds?: number;
  }

  export interface User {
    readonly id: string;
    readonly emails: readonly { readonly value: string }[];
    readonly displayName: string;
    readonly name: { readonly givenName: string; readonly familyName: string };
  }

  export interface AuthnRequest {
    readonly id: string;
    readonly issuer: string;
    readonly assertionConsumerServiceURL: string;
  }

  export function getSamlResponse(
    options: ResponseOptions,
    user: User,
    done: (error: Error | null, xml?: string) => void,
  ): void;

  export function parseRequest(
    request: { readonly query: Readonly<Record<string, string>> },
    done: (error: Error | null, request?: AuthnRequest) => void,
  ): void;
}
