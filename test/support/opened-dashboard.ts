import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openDashboard, type DashboardPage } from './dashboard-page.ts';
import {
  makeDashboardProject,
  serveDashboard,
  type DashboardProject,
  type ServedDashboard,
} from './dashboard-project.ts';

/** A project, and a page of its dashboard. */
export interface OpenedDashboard {
  readonly project: DashboardProject;
  readonly dashboard: DashboardPage;
}

/**
 * Serves a project and opens its dashboard for all tests of a group, and ends both behind them.
 *
 * @param fill makes what the pages show
 */
export function useDashboard(
  browser: () => Browser,
  fill: (project: DashboardProject) => void | Promise<void>,
): OpenedDashboard {
  let project: DashboardProject | undefined;
  let served: ServedDashboard | undefined;
  let dashboard: DashboardPage | undefined;
  beforeAll(async () => {
    project = makeDashboardProject();
    await fill(project);
    served = await serveDashboard(project);
    dashboard = await openDashboard(browser(), served);
  });
  afterAll(async () => {
    await dashboard?.page.context().close();
    await served?.stop();
    project?.remove();
  });
  return {
    get project() {
      return there(project);
    },
    get dashboard() {
      return there(dashboard);
    },
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the dashboard is open only while tests run');
  return value;
}
