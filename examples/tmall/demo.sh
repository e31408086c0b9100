#!/bin/sh
# The shop from rule files to decisions: check, compile, inspect, three requests, made traffic.
# BIN is the folder of `rulec` and `python`, OUT is where files go; `make demo` names both.
set -eu
shop=$(dirname "$0")
: "${BIN:?the folder that holds rulec and python}" "${OUT:?the folder for what is made}"
mkdir -p "$OUT"

step() { printf '\n== %s\n' "$*"; }

step "check: is the rule set sound?"
"$BIN/rulec" check "$shop"

step "compile: rule files to one artifact"
"$BIN/rulec" compile "$shop" -o "$OUT/tmall.rulec"

step "inspect: what the artifact holds"
"$BIN/rulec" inspect "$OUT/tmall.rulec"

step "try: a Tmall seller's drone: who checks it, who insures it?"
"$BIN/rulec" try "$shop" --facts "$shop/requests/drone.json" \
    --point OrderLineValidationExtPoints.performValidation
"$BIN/rulec" try "$shop" --facts "$shop/requests/drone.json" --point Fulfilment.insurance

step "try: a pre-sale from overseas, at every point"
"$BIN/rulec" try "$shop" --facts "$shop/requests/presale_overseas.json" --all-points

step "try: a guest and an unrated seller: nobody steps in, the platform answers"
"$BIN/rulec" try "$shop" --facts "$shop/requests/guest.json" --point Price.freight

step "traffic: made, not recorded"
"$BIN/python" "$shop/make_traffic.py" "$OUT/made.parquet" --rows 100000 --seed 1

step "replay: who would have won over the made traffic"
"$BIN/rulec" replay "$shop" "$OUT/made.parquet"
