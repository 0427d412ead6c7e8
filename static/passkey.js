// Says on the page that the browser gave no passkey; allauth's script would tell the console alone.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  document.getElementById('passkey-failed').hidden = false
})
