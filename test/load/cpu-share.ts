import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const GROUPS = '/sys/fs/cgroup';
/** Short, so that a process which has used up its share waits a few milliseconds and not a hundred. */
const PERIOD_US = 10_000;

/** A share of a core that a process is kept to, as the limit of a container keeps it: a control group of Linux. */
export class CpuShare {
  private constructor(private readonly folder: string) {}

  /** @param share of one core, 0 … 1. @throws where this user may make no control group with a CPU controller. */
  static async limit(pid: number, share: number): Promise<CpuShare> {
    const isOfItsOwn = existsSync(join(GROUPS, 'cpu'));
    const folder = join(GROUPS, isOfItsOwn ? 'cpu' : '', `aibench-load-${pid}`);
    const quota = String(Math.round(share * PERIOD_US));
    await mkdir(folder);
    if (isOfItsOwn) {
      await writeFile(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      await writeFile(join(folder, 'cpu.cfs_quota_us'), quota);
    } else await writeFile(join(folder, 'cpu.max'), `${quota} ${PERIOD_US}`);
    await writeFile(join(folder, 'cgroup.procs'), String(pid));
    return new CpuShare(folder);
  }

  /** Once the process has ended. */
  remove(): Promise<void> {
    return rmdir(this.folder);
  }
}
