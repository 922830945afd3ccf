"""What differs between two scenarios, and what each difference costs.

Recorders are paired (``pairing``), differences found (``attributes``, ``selectors``, ``edits``), and the first scenario
is turned into the second one edit at a time, priced by the same projection as every estimate (``pricing``).
"""
