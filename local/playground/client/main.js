import { wireForm } from './form.js';
import { startLive } from './live.js';
import { wireTabs } from './tabs.js';

const tabs = wireTabs();
wireForm();
startLive(tabs);
