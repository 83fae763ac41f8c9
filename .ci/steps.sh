#!/usr/bin/env bash
# What both tiers of checks use: sourced by `run` and `full`.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
exec </dev/null
export CI=true

failed=()
skipped=()
step() {
  printf '\n== %s\n' "$*"
  timeout 900 "$@" || failed+=("$*")
}

# beside COMMAND...: begins a step that goes on while others do. `await_beside` shows what these steps said, in the order in
# which they began, and counts those that failed.
begun=()
begun_ids=()
beside() {
  timeout 900 "$@" >"$folder/beside-${#begun[@]}" 2>&1 &
  begun+=("$*")
  begun_ids+=($!)
}

await_beside() {
  local i
  for i in "${!begun[@]}"; do
    wait "${begun_ids[i]}" || failed+=("${begun[i]}")
    printf '\n== %s\n' "${begun[i]}"
    cat "$folder/beside-$i"
  done
  begun=()
  begun_ids=()
}

# install_tools PACKAGE...: Debian's packages that are not there yet, where root can install them.
install_tools() {
  local package missing=()
  for package in "$@"; do
    dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    step apt-get update -qq
    step apt-get install -y -qq --no-install-recommends "${missing[@]}"
  fi
}

# Without what is built nothing else can be checked.
prepare() {
  step npm ci
  if [ ${#failed[@]} -gt 0 ]; then
    echo '0 passed, 1 failed'
    exit 1
  fi
  PATH="$PWD/node_modules/.bin:$PATH"
  step npm run build
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# tests NAME VITEST... run ARGUMENT...: a run of tests. Files that wait for schedulers get a second look, alone: a busy
# machine can make queues and clocks late. Any other failure is final.
parts=()
tests() {
  local name=$1 report late vitest=()
  shift
  while [ "$1" != run ]; do
    vitest+=("$1")
    shift
  done
  report=$folder/${#parts[@]}
  printf '\n== %s\n' "$name"
  # A hang must end; a slow machine must not.
  timeout 1800 "${vitest[@]}" "$@" --reporter=default --reporter=json --outputFile.json="$report.json"
  parts+=(--part "$name" "$report.json" $?)
  mapfile -t late < <(node scripts/tally.ts --second-look "$report.json")
  if [ ${#late[@]} -gt 0 ] && [ ${#late[@]} -le 5 ]; then
    printf '\n== %s: a second look at %s\n' "$name" "${late[*]}"
    timeout 900 "${vitest[@]}" run --maxWorkers=1 --reporter=default --reporter=json \
      --outputFile.json="$report-again.json" "${late[@]}"
    parts+=(--again "$report-again.json")
  fi
}

# make_user: an ordinary user with a clone, which has what `prepare` built; `run_as` begins a command of theirs in it, `home`
# is theirs. The user goes when the check ends. Fails if this is not root, who alone can make one: then they are the
# user of now.
make_user() {
  if [ "$(id -u)" != 0 ]; then
    skipped+=('the tests as an ordinary user, since this is one: root makes one')
    home=$folder
    run_as=(env)
    return 1
  fi
  user=sheaf-ci-$$
  home=/home/$user
  trap leave EXIT
  step useradd --home-dir "$home" --create-home --shell /bin/bash "$user"
  step git clone --quiet . "$home/sheaf"
  step cp -a node_modules "$home/sheaf/"
  # Newer than the sources of the clone, so that it is not built again.
  step cp -r dist "$home/sheaf/"
  step chown -R "$user:" "$home/sheaf"
  # The reports of its tests are written by the user.
  chown "$user" "$folder"
  # shellcheck disable=SC2034 # for the files that source this one
  run_as=(setpriv --reuid "$user" --regid "$user" --init-groups --reset-env env -C "$home/sheaf" CI=true SHEAF_TEST_SLURM=skip
    PATH="$home/sheaf/node_modules/.bin:/usr/local/bin:/usr/bin:/bin")
}

leave() {
  rm -rf "$folder"
  pkill -KILL -u "$user" # supervisors of local jobs stay for a while
  userdel --remove "$user" 2>/dev/null
}

# Prints what did not run, what failed, and at last "N passed, N failed"; ends the check.
finish() {
  for text in "${skipped[@]}"; do printf 'SKIPPED here: %s\n' "$text"; done
  node scripts/tally.ts "${parts[@]}" "${failed[@]}"
  exit $?
}
