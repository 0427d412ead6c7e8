// One box that ticks all rows of the page. It is hidden where there is no script: each row has a box of its own.
document.querySelectorAll('[data-tick-all]').forEach((all) => {
  const rows = () => [...document.querySelectorAll(`input[type="checkbox"][form="${all.dataset.tickAll}"]`)]

  function tell() {
    const ticked = rows().filter((box) => box.checked).length
    all.checked = ticked > 0 && ticked === rows().length
    all.indeterminate = ticked > 0 && !all.checked
  }

  all.closest('[hidden]').hidden = false
  all.addEventListener('change', () => rows().forEach((box) => { box.checked = all.checked }))
  document.addEventListener('change', (event) => event.target !== all && tell())
  tell()
})
