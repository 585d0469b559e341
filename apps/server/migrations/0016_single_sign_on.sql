-- Single sign-on: the identity provider of a team, and the mail domains that it has proven to be its own.

CREATE TABLE sso_connections (
  team_id uuid PRIMARY KEY REFERENCES teams (id) ON DELETE CASCADE,
  protocol varchar(10) NOT NULL CHECK (protocol IN ('oidc', 'saml')),
  -- OIDC
  issuer varchar(500),
  client_id varchar(255),
  sealed_client_secret text,
  -- SAML
  entity_id varchar(500),
  sign_in_url varchar(2000),
  certificates text[],
  default_role varchar(50) NOT NULL CHECK (default_role IN ('admin', 'developer', 'viewer')),
  -- Whether people with an address of the team's domains can log in no other way.
  required boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sso_connections_complete CHECK (
    CASE protocol
      WHEN 'oidc' THEN num_nulls(issuer, client_id, sealed_client_secret) = 0
      ELSE num_nulls(entity_id, sign_in_url, certificates) = 0
    END
  )
);

CREATE TABLE sso_domains (
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  domain varchar(255) NOT NULL,
  -- What the TXT record of the domain must say.
  token varchar(64) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  verified_at timestamptz,
  PRIMARY KEY (team_id, domain)
);
-- A domain is one team's.
CREATE UNIQUE INDEX sso_domains_verified ON sso_domains (domain) WHERE verified_at IS NOT NULL;
