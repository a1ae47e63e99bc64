import { DEFAULT_ACCOUNT } from '../../config/account.ts';
import type { Config } from '../../config/schema.ts';

/** What a run notes of its account, so that commands about it can be told. */
export function accountIn({ account }: Pick<Config, 'account'>): { account?: string } {
  return account === DEFAULT_ACCOUNT ? {} : { account };
}
