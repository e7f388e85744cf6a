import { wireForm } from './form.js';
import { startLive } from './live.js';
import { wireSlack } from './slack.js';
import { wireTabs } from './tabs.js';

const tabs = wireTabs();
wireForm();
const live = startLive(tabs);
wireSlack(live);
