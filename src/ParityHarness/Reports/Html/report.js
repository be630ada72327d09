'use strict';
document.querySelectorAll('button.copy').forEach(button => button.addEventListener('click', async () => {
  const code = button.parentElement.querySelector('code');
  let copied = false;
  try { await navigator.clipboard.writeText(code.textContent); copied = true; } catch {
    const selection = getSelection(); selection.selectAllChildren(code); copied = document.execCommand('copy');
  }
  document.getElementById('said').textContent = button.textContent = copied ? 'Copied' : 'Select and copy by hand';
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
}));
document.querySelectorAll('table.sortable').forEach(table => {
  const body = table.tBodies[0];
  table.querySelectorAll('thead button').forEach((button, column) => button.addEventListener('click', () => {
    const header = button.parentElement, down = header.getAttribute('aria-sort') === 'ascending';
    table.querySelectorAll('th').forEach(th => th.removeAttribute('aria-sort'));
    header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const key = row => row.cells[column].textContent;
    const compare = (a, b) => {
      const x = Number(key(a).replaceAll(',', '')), y = Number(key(b).replaceAll(',', ''));
      return key(a) && key(b) && !isNaN(x) && !isNaN(y) ? x - y : key(a).localeCompare(key(b), 'en', { numeric: true });
    };
    [...body.rows].sort((a, b) => (down ? -1 : 1) * compare(a, b)).forEach(row => body.append(row));
  }));
  const filter = document.querySelector(`input[data-filters="${table.id}"]`), byClass = document.getElementById('class-filter');
  let wanted = [];
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase(), classes = row.dataset.classes.split(' ');
      row.hidden = !words.every(word => text.includes(word)) || !wanted.every(one => classes.includes(one));
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById('said').textContent = document.getElementById(table.id + '-shown').textContent = `${shown} shown`;
  };
  if (filter) filter.addEventListener('input', show);
  if (byClass) byClass.addEventListener('click', () => { wanted = []; byClass.hidden = true; show(); });
  document.querySelectorAll('.matrix button[data-classes]').forEach(button => button.addEventListener('click', () => {
    wanted = button.dataset.classes.split(' ');
    byClass.hidden = false;
    byClass.textContent = `only ${button.dataset.name} ✕`;
    show();
    document.getElementById('rows').scrollIntoView();
  }));
});
