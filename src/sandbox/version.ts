/** The desks the sandbox can stand for; each was recorded answering the same requests. */
export const SANDBOX_VERSIONS = ['4.1', '4.10', '4.15'] as const;
export type SandboxVersion = (typeof SANDBOX_VERSIONS)[number];

/** What one version does differently from the others. Every line was observed on 4.1.0, 4.10.0 or 4.15.1. */
export interface Behaviour {
  /** The `version` that `GET /api` reports. */
  reported: string;
  /** A PUT replaces `additional_attributes` whole instead of merging its top-level keys (up to 4.1). */
  replacesAdditional: boolean;
  /** A filter by phone strips a leading "+" before it adds its own; without it "+1…" never matches. */
  stripsPlus: boolean;
  /** A filter sees only contacts with e-mail, phone or identifier; in 4.1 it sees all. */
  filterIsScoped: boolean;
  /** The filter key that holds the company. */
  companyKey: 'company' | 'company_name';
  /** Search counts the rows of its page, says `has_more` and sees contacts without any key. */
  searchHasMore: boolean;
  /** What a bulk action on contacts does. */
  bulk: 'refused' | 'adds' | 'adds and removes';
  /** The first business e-mail of a contact sets `company_name` (4.15). */
  linksCompanies: boolean;
  /** Attribute definitions: administrators only, key of letters, digits, `_ . -`, trimmed. */
  strictDefinitions: boolean;
  /** Webhooks carry a `name` key (since 4.2). */
  webhookName: boolean;
  /** Webhooks have a secret and deliveries are signed. */
  signsWebhooks: boolean;
  /** `GET /health` exists, exempt from the rate limit. */
  hasHealth: boolean;
}

const RECORDED: Record<SandboxVersion, Behaviour> = {
  '4.1': {
    reported: '4.1.0',
    replacesAdditional: true,
    stripsPlus: false,
    filterIsScoped: false,
    companyKey: 'company',
    searchHasMore: false,
    bulk: 'refused',
    linksCompanies: false,
    strictDefinitions: false,
    webhookName: false,
    signsWebhooks: false,
    hasHealth: false,
  },
  '4.10': {
    reported: '4.10.0',
    replacesAdditional: false,
    stripsPlus: true,
    filterIsScoped: true,
    companyKey: 'company',
    searchHasMore: false,
    bulk: 'adds',
    linksCompanies: false,
    strictDefinitions: false,
    webhookName: true,
    signsWebhooks: false,
    hasHealth: false,
  },
  '4.15': {
    reported: '4.15.1',
    replacesAdditional: false,
    stripsPlus: true,
    filterIsScoped: true,
    companyKey: 'company_name',
    searchHasMore: true,
    bulk: 'adds and removes',
    linksCompanies: true,
    strictDefinitions: true,
    webhookName: true,
    signsWebhooks: true,
    hasHealth: true,
  },
};

/** How the desk of that version behaves. */
export function behaviourOf(version: SandboxVersion): Behaviour {
  return RECORDED[version];
}
