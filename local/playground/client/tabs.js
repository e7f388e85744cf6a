/** Tabs as the ARIA practices have them: arrows move and choose. Without the script all panes stand one below the other. */
export function wireTabs() {
  const list = document.querySelector('[role=tablist]');
  const tabs = [...list.querySelectorAll('[role=tab]')];
  const paneOf = (tab) => document.getElementById(tab.getAttribute('aria-controls'));
  document.documentElement.classList.add('tabbed');

  const choose = (chosen) => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      paneOf(tab).hidden = !isChosen;
    }
    chosen.classList.remove('news');
  };

  list.addEventListener('click', (event) => {
    const tab = event.target.closest('[role=tab]');
    if (tab !== null) choose(tab);
  });
  list.addEventListener('keydown', ({ key }) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[key];
    if (at === -1 || to === undefined) return;
    const tab = tabs.at(to % tabs.length);
    choose(tab);
    tab.focus();
  });
  choose(tabs[0]);

  return {
    /** Something came in behind a tab that is not open. */
    mark(name) {
      const tab = document.getElementById(`tab-${name}`);
      if (tab.getAttribute('aria-selected') === 'false') tab.classList.add('news');
    },
  };
}
