"""Price lists of AWS's: offer files in JSON and CSV, answers of ``GetProducts``, and the way to fetch them."""
