import { RecordingSource, type RecordedAnswer } from '../replay/recording-source.js';

export class InMemoryRecordingSource extends RecordingSource {
  private readonly answers = new Map<string, RecordedAnswer>();

  add(agentId: string, sampleId: string, epoch: number, answer: RecordedAnswer): this {
    this.answers.set(JSON.stringify([agentId, sampleId, epoch]), answer);
    return this;
  }

  async find(agentId: string, sampleId: string, epoch: number): Promise<RecordedAnswer | null> {
    return this.answers.get(JSON.stringify([agentId, sampleId, epoch])) ?? null;
  }
}
