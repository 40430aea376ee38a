import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type QueryDeepPartialEntity } from 'typeorm';
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
    const hash = contentHash({ adapter: agent.adapter, model: agent.model, settings });
    return this.agents.manager.transaction(async (manager) => {
      // Serializes creations of one name, so that two at once do not take the same version.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `${workspaceId} ${agent.name}`,
      ]);
      const latest = await manager.findOne(AgentEntity, {
        where: { workspaceId, name: agent.name },
        order: { version: 'DESC' },
      });
      if (latest?.contentHash === hash) return { agent: latest, created: false };
      const id = newId();
      await manager.insert(AgentEntity, {
        ...agent,
        id,
        workspaceId,
        settings: settings as QueryDeepPartialEntity<AgentEntity>['settings'],
        version: (latest?.version ?? 0) + 1,
        contentHash: hash,
      });
      return { agent: await manager.findOneByOrFail(AgentEntity, { id }), created: true };
    });
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
    const found = await this.agents.findOne({
      where: isId(ref)
        ? { workspaceId, id: ref }
        : { workspaceId, name, ...(version !== undefined && { version }) },
      order: { version: 'DESC' },
    });
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
