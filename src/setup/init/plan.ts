// The files of a set-up, by what it is for.

import { composeFile, imageFiles } from './container.js';
import { gateConfigFile } from './gate-config.js';
import { kubernetesFiles, SERVICE_ADDRESS } from './kubernetes.js';
import { alloyFile, scrapeConfigFile, type ScrapePlace } from './scrape-config.js';
import { scrapedAddress, SECRET_MODE, TOKEN_FILE, type Form, type SetUp, type SetUpFile } from './set-up.js';
import { systemdFile } from './systemd.js';

/** Where the scraper finds the gate and its token. */
export function scrapePlace({ folder, listen }: SetUp, forms: readonly Form[]): ScrapePlace {
  return {
    address: forms.includes('kubernetes') ? SERVICE_ADDRESS : scrapedAddress(listen),
    tokenFile: `${folder === '/' ? '' : folder}/${TOKEN_FILE}`,
  };
}

/** Everything to write; `token` is in one of the files, and in no other. */
export function planFiles(setUp: SetUp, forms: readonly Form[], token: string): readonly SetUpFile[] {
  const place = scrapePlace(setUp, forms);
  const isImage = forms.includes('compose') || forms.includes('kubernetes');
  return [
    gateConfigFile(setUp),
    // Without a line break at its end: not every reader takes it off.
    { name: TOKEN_FILE, text: token, mode: SECRET_MODE, about: 'the token, for the scraper alone' },
    scrapeConfigFile(setUp, place),
    ...(forms.includes('alloy') ? [alloyFile(setUp, place)] : []),
    ...(forms.includes('systemd') ? [systemdFile(setUp)] : []),
    ...(forms.includes('compose') ? [composeFile(setUp)] : []),
    ...(forms.includes('kubernetes') ? kubernetesFiles(setUp) : []),
    ...(isImage ? imageFiles(setUp) : []),
  ];
}
