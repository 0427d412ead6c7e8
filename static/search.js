// The search of the header: "/" puts the cursor there, the panel opens with what is found and closes by Escape, or when
// one leaves it. Without this file the form leads to the page of the search.
(() => {
  const form = document.querySelector('.header-search')
  const field = form.querySelector('input')
  const panel = form.querySelector('.header-search-panel')
  const fewest = 2
  const isShort = () => field.value.trim().length < fewest
  const isTyped = (element) => element.isContentEditable || element.matches?.('input, textarea, select')

  let isLeft = false // until one types again: an answer that comes afterwards opens nothing

  function close() {
    isLeft = true
    panel.hidden = true
    form.dispatchEvent(new CustomEvent('htmx:abort', { bubbles: true, detail: {} }))
  }

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey) return // with Shift it is typed in Norway
    if (event.defaultPrevented || event.isComposing || isTyped(event.composedPath()[0])) return
    event.preventDefault()
    field.focus()
    field.select()
  })
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hidden) return
    event.preventDefault() // which would empty the field
    close()
    field.focus()
  })
  form.addEventListener('focusout', (event) => form.contains(event.relatedTarget) || close())
  field.addEventListener('input', () => {
    if (isShort()) close()
    else isLeft = false
  })
  form.addEventListener('htmx:beforeRequest', (event) => isLeft && event.preventDefault())
  panel.addEventListener('htmx:afterSwap', () => { panel.hidden = isLeft })
})()
