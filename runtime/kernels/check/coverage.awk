# Reads gcov's pages of headers: prints each branch that was never taken, and the sum of each file.
# Fails where there is one.

FNR == 1 { file = FILENAME; sub(/.*\//, "", file); sub(/\.gcov$/, "", file); files[++n_files] = file }
/^branch/ {
  n[file]++
  if ($3 == "never" || $4 == 0) print file ":" line ": never taken: " text
  else reached[file]++
  next
}
/^ *[-#=0-9*]+:/ { split($0, parts, ":"); line = parts[2] + 0; text = $0; sub(/^[^:]*:[^:]*: */, "", text) }
END {
  for (i = 1; i <= n_files; i++) {
    printf "%s: %d of %d branches reached\n", files[i], reached[files[i]], n[files[i]]
    missing += n[files[i]] - reached[files[i]]
  }
  exit missing > 0
}
