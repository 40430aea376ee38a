import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { z } from 'zod';
import {
  AppError,
  contentHash,
  decodeCursor,
  didYouMean,
  isId,
  newId,
  parseReference,
  toPage,
  type Page,
  type PageRequest,
} from '#libs/common';
import { AdapterRegistry } from './adapter-registry.js';
import { AgentEntity } from './agent.entity.js';

export const agentNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, 'letters, digits and ". _ : / -", at most 100');

export interface NewAgent {
  name: string;
  adapter: string;
  model: string;
  settings: Record<string, unknown>;
}

@Injectable()
export class AgentsService {
  constructor(
    @InjectRepository(AgentEntity) private readonly agents: Repository<AgentEntity>,
    private readonly adapters: AdapterRegistry,
  ) {}

  /**
   * Stores the next version of the agent of that name; the same content as its latest version is that version.
   * @throws AppError for an adapter nobody knows, settings that its schema refuses, or a URL that is not to be called.
   */
  async create(workspaceId: string, agent: NewAgent): Promise<{ agent: AgentEntity; created: boolean }> {
    const settings = this.checkSettings(agent);
    const factory = this.adapters.factory(agent.adapter);
    await factory.checkAtSave(settings);
    const hash = hashOf({ ...agent, settings });
    return this.agents.manager.transaction(async (manager) => {
      const latest = await this.lockLatest(manager, workspaceId, agent.name);
      if (latest?.contentHash === hash) return { agent: latest, created: false };
      return {
        agent: await this.insert(manager, workspaceId, { ...agent, settings }, latest),
        created: true,
      };
    });
  }

  /**
   * The agent of a run that was run elsewhere, as it was there: any version of the name with the same content, or a new
   * one. A replay agent is always new, since what it answers is not in its settings. Nobody is called or asked.
   * @throws AppError for an adapter nobody knows, or settings that its schema refuses.
   */
  async adopt(
    manager: EntityManager,
    workspaceId: string,
    agent: NewAgent,
  ): Promise<{ agent: AgentEntity; created: boolean }> {
    const settings = this.checkSettings(agent);
    const latest = await this.lockLatest(manager, workspaceId, agent.name);
    const same =
      agent.adapter === 'replay'
        ? null
        : await manager.findOne(AgentEntity, {
            where: { workspaceId, name: agent.name, contentHash: hashOf({ ...agent, settings }) },
            order: { version: 'DESC' },
          });
    if (same) return { agent: same, created: false };
    return { agent: await this.insert(manager, workspaceId, { ...agent, settings }, latest), created: true };
  }

  /** Serializes creations of one name, so that two at once do not take the same version. */
  private async lockLatest(
    manager: EntityManager,
    workspaceId: string,
    name: string,
  ): Promise<AgentEntity | null> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${workspaceId} ${name}`]);
    return manager.findOne(AgentEntity, { where: { workspaceId, name }, order: { version: 'DESC' } });
  }

  private async insert(
    manager: EntityManager,
    workspaceId: string,
    agent: NewAgent,
    latest: AgentEntity | null,
  ): Promise<AgentEntity> {
    const row = {
      ...agent,
      id: newId(),
      workspaceId,
      version: (latest?.version ?? 0) + 1,
      contentHash: hashOf(agent),
    };
    const { generatedMaps } = await manager.insert(AgentEntity, row as QueryDeepPartialEntity<AgentEntity>);
    return manager.create(AgentEntity, { ...row, ...generatedMaps[0] });
  }

  async list(workspaceId: string, page: PageRequest): Promise<Page<AgentEntity>> {
    const query = this.agents
      .createQueryBuilder('agent')
      .where('agent.workspaceId = :workspaceId', { workspaceId })
      .orderBy('agent.id', 'DESC')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const [id] = decodeCursor(page.cursor, z.tuple([z.uuid()]));
      query.andWhere('agent.id < :id', { id });
    }
    return toPage(await query.getMany(), page.limit, (agent) => [agent.id]);
  }

  /**
   * @param ref an id, a name (its latest version) or `name@version`.
   * @throws AppError `agent_not_found` naming the nearest known.
   */
  async resolve(workspaceId: string, ref: string): Promise<AgentEntity> {
    const { name, version } = parseReference(ref);
    // Every run asks this for each of its agents; made by the repository, the statement takes as long as its answer.
    const [found] = await this.agents.query<AgentEntity[]>(
      `SELECT id, workspace_id AS "workspaceId", name, version, adapter, model, settings, content_hash AS "contentHash",
         created_at AS "createdAt"
       FROM agents WHERE workspace_id = $1 AND ${isId(ref) ? 'id' : 'name'} = $2 ${version === undefined ? '' : 'AND version = $3'}
       ORDER BY version DESC LIMIT 1`,
      [workspaceId, name, ...(version === undefined ? [] : [version])],
    );
    if (found) return found;
    const known = await this.agents
      .createQueryBuilder('agent')
      .select('DISTINCT agent.name', 'name')
      .where('agent.workspaceId = :workspaceId', { workspaceId })
      .limit(1000)
      .getRawMany<{ name: string }>();
    throw AppError.notFound(
      'agent_not_found',
      `There is no agent "${ref}". ${didYouMean(
        ref,
        known.map((row) => row.name),
      )} Create one with POST /api/v1/agents.`,
    );
  }

  private checkSettings(agent: NewAgent): Record<string, unknown> {
    const parsed = this.adapters.factory(agent.adapter).settingsSchema.safeParse(agent.settings);
    if (parsed.success) return parsed.data;
    throw AppError.invalid(
      'invalid_agent_settings',
      `The settings of agent "${agent.name}" do not fit the adapter "${agent.adapter}".`,
      parsed.error.issues.map((issue) => ({
        path: ['settings', ...issue.path].join('.'),
        message: issue.message,
      })),
    );
  }
}

const hashOf = ({ adapter, model, settings }: NewAgent): string => contentHash({ adapter, model, settings });
