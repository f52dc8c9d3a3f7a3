// The gate itself: whether scrapes succeed, what is refused and why, what views hide, what is about to end.

import { glance, scrapes, targets } from './gate-scrapes.mjs';
import { credentials, processes, views } from './gate-views.mjs';
import { dashboard, labelVariable } from './panel.mjs';

export const SCRAPEGATE = dashboard({
  uid: 'scrapegate',
  title: 'Scrapegate',
  description: 'Gates in front of metrics: scrapes, refusals, what views hide, what is about to end.',
  tags: ['scrapegate'],
  variables: [
    labelVariable('job', 'job', { title: 'Job', selector: 'scrapegate_build_info' }),
    labelVariable('instance', 'instance', { title: 'Gate', selector: 'scrapegate_build_info{job=~"$job"}' }),
  ],
  sections: [glance, scrapes, targets, views, credentials, processes],
});
