import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { accessOf, type ChatwootAccess, namesOf } from '../../config/access.ts';
import { mostInFlight } from '../../config/pace.ts';
import type { Config } from '../../config/schema.ts';
import type { Answer, DeskRequest, NetworkFault } from '../chatwoot/answer.ts';
import { ChatwootClient } from '../chatwoot/client.ts';
import { ContactRequests } from '../chatwoot/contacts.ts';
import { definitionsIn, preflight } from '../chatwoot/preflight.ts';
import type { Rules } from '../chatwoot/version.ts';
import type { Definitions } from '../contact/attribute.ts';
import type { Bound } from '../memory/bound.ts';
import { Memory } from '../memory/memory.ts';
import { Costs } from '../pace/costs.ts';
import { Desk } from '../pace/desk.ts';
import type { Waiting } from '../pace/gate.ts';
import type { Limiter } from '../pace/limiter.ts';
import { Outside } from '../pace/outside.ts';
import { WriteHold } from '../queue/hold.ts';
import { Intake } from '../queue/intake.ts';
import { Jobs } from '../queue/jobs.ts';
import { Mailboxes } from '../queue/mailbox.ts';
import { Rails } from '../rails/rails.ts';
import type { RedisClient } from '../redis/connect.ts';
import { hangUp, isReady, letGo, nodeOf } from '../redis/home.ts';
import { type Keys, keysOf } from '../redis/keys.ts';
import { Replicas } from '../redis/replicas.ts';
import { Ledger } from '../run/ledger.ts';
import { planBegins } from '../run/plans.ts';
import { Runs } from '../run/runs.ts';
import { Unwritten } from '../run/unwritten.ts';
import { Vault } from '../undo/vault.ts';
import { Roster } from '../worker/roster.ts';
import { authorityIn } from './authority.ts';
import { boundOf } from './bound-of.ts';
import { agreeOnRate, limiterOf } from './limiter-of.ts';
import { type OpenedRedis, openRedis } from './open-redis.ts';

export interface EngineOptions {
  config: Config;
  log: Logger;
  /** Name of a plan: everything of it is kept apart, and nothing is written to the desk. */
  plan?: string | undefined;
  /** Told when all calls begin or cease to wait. */
  onWaiting?: (waiting: Waiting | null) => void;
  /** Told what works but costs durability. */
  warn: (sentence: string) => void;
}

/** All parts put together for one account. The only place that knows every room. */
export class Engine {
  readonly config: Config;
  readonly access: ChatwootAccess;
  readonly log: Logger;
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly limiter: Limiter;
  readonly runs: Runs;
  readonly unwritten: Unwritten;
  readonly ledger: Ledger;
  readonly mailboxes: Mailboxes;
  readonly intake: Intake;
  readonly jobs: Jobs;
  readonly rails: Rails;
  readonly hold: WriteHold;
  readonly requests: ContactRequests;
  readonly memory: Memory;
  readonly bound: Bound;
  readonly vault: Vault;
  readonly costs: Costs;
  readonly replicas: Replicas;
  readonly roster: Roster;
  /** Nothing is written: the run lives under names of its own and is only foreseen. */
  readonly planning: boolean;
  readonly #client: ChatwootClient;
  readonly desk: Desk;
  readonly #leave: () => Promise<void>;
  readonly #outside: Outside;

  private constructor(options: EngineOptions, access: ChatwootAccess, { redis, replicas, leave }: OpenedRedis) {
    const { config, log } = options;
    this.config = config;
    this.access = access;
    this.log = log;
    this.redis = redis;
    this.#leave = leave;
    this.planning = options.plan !== undefined;
    this.keys = keysOf(access.baseUrl, access.accountId, options.plan);
    const { warn } = options;
    this.replicas = new Replicas({ client: redis, tag: this.keys.tag, needed: replicas, warn, now: Date.now });
    this.memory = new Memory(redis, this.keys, { rememberForMs: config.remember_for * 3_600_000 });
    this.bound = boundOf(config, redis, this.keys);
    this.vault = new Vault(config.undo_key);
    this.costs = new Costs(redis, this.keys.tag);
    const windowMs = config.chatwoot.rate_window * 1000;
    this.limiter = limiterOf(config, redis, this.keys.tag, access.accountId);
    this.#client = new ChatwootClient({
      baseUrl: access.baseUrl,
      token: access.token,
      timeoutMs: config.chatwoot.timeout * 1000,
      ...(access.ca === undefined ? {} : { ca: access.ca }),
    });
    this.#outside = new Outside(this.#client, this.limiter, windowMs);
    const { onWaiting } = options;
    this.desk = new Desk(this.#client, this.limiter, {
      windowMs,
      inFlight: mostInFlight(config),
      ...(onWaiting === undefined ? {} : { onWaiting }),
    });
    this.ledger = new Ledger(redis, this.keys, log);
    this.ledger.onStopped = () => this.desk.recheck();
    this.roster = new Roster(redis, this.keys);
    this.runs = new Runs(redis, this.keys);
    this.unwritten = new Unwritten(redis, this.keys);
    this.mailboxes = new Mailboxes(redis, this.keys, this.ledger);
    this.intake = new Intake(redis, this.keys);
    this.jobs = new Jobs(redis, this.keys);
    this.rails = new Rails(this);
    this.hold = new WriteHold(redis, this.keys, this.intake, this.jobs, (run) => this.rails.beforeWrites(run));
    this.requests = new ContactRequests(access.accountId);
  }

  /** Puts the parts together around a Redis that is ready. */
  static async open(options: EngineOptions): Promise<Engine> {
    const { config, log } = options;
    // Before a local server is started that nobody would end.
    const access = { ...accessOf(config), ...authorityIn(config.chatwoot.ca) };
    const opened = await openRedis(config, log, options.warn);
    if (options.plan !== undefined) await planBegins(opened.redis, access, options.plan);
    const engine = new Engine(options, access, opened);
    await agreeOnRate(engine.limiter, config);
    return engine;
  }

  /** Checks address, token and account, and learns the version of the server. */
  async preflight(): Promise<Rules> {
    const rules = await preflight(
      (request) => this.ask(request),
      this.access.baseUrl,
      this.access.accountId,
      namesOf(this.config.account),
    );
    await this.limiter.tryNow();
    return rules;
  }

  async definitions(): Promise<Definitions | undefined> {
    return definitionsIn(await this.ask(this.requests.definitions()));
  }

  /** Counts the calls of the preflight for the run they were made for. */
  countPreflight(run: string): void {
    for (const call of this.#outside.calls.splice(0)) this.ledger.count(run, call);
  }

  /** Changes in Redis that are not settled yet. */
  async backlog(): Promise<number> {
    const [dirty, waiting] = await Promise.all([this.redis.zcard(this.keys.dirty), this.intake.waiting()]);
    return dirty + waiting;
  }

  /** The server that has the account's keys; see home.ts. */
  get node(): Redis {
    return nodeOf(this.redis, this.keys.tag);
  }

  /** Whether Redis can be reached. */
  get ready(): boolean {
    return isReady(this.redis, this.keys.tag);
  }

  /** Lets go of a Redis that is away; see let-go.ts. True if it is. */
  letGo(): boolean {
    return letGo(this.redis, this.keys.tag);
  }

  async close(): Promise<void> {
    this.#client.close();
    if (this.ready) {
      this.ledger.flush();
      await this.jobs.close();
    }
    await hangUp(this.redis, this.keys.tag);
    await this.#leave();
  }

  /** Calls made so far count for nobody. */
  forgetAsked(): void {
    this.#outside.calls.length = 0;
  }

  /** Calls made outside any run that were not counted for one. */
  get asked(): number {
    return this.#outside.calls.length;
  }

  /** One call outside any run; see Outside. */
  ask(request: DeskRequest): Promise<Answer | NetworkFault> {
    return this.#outside.ask(request);
  }
}
