# What is wrong with the audit log. Carried by phrase!() from where it was noticed. In the log these stand in English.

audit-beginning-missing = the beginning is missing: no record allows the log to begin with record { $first }
audit-broken = this line does not continue the one before: one of the two was changed
audit-cut = the end is missing: record { $last } was written, and is not there
audit-foreign = { $lines ->
    [one] a line at the end was not written by the agent
   *[other] { $lines } lines at the end were not written by the agent
}
audit-gap = { $records ->
    [one] one record could not be written before this one
   *[other] { $records } records could not be written before this one
}
audit-head-behind = the head is one record behind: the agent ended in that moment
audit-head-lost = the head is missing or unreadable: whether the end is missing cannot be told
audit-head-was-behind = before this record, the agent ended between a line and its head
audit-head-was-lost = the head was missing when the agent wrote this record: earlier ones may be missing
audit-not-the-head = the last line is not the one that was recorded as the last: it or one before was changed
audit-sequence = record { $found } stands where record { $expected } belongs
audit-torn = this line was not written to its end; the next one says so
audit-torn-open = the last line was not written to its end
audit-unreadable = this line is not a record
audit-was-cut = records before this one were already missing when the agent wrote it
audit-was-foreign = lines before this one were not written by the agent
