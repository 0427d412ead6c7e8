"""How days and hours are written in Norwegian."""

DATE_FORMAT = "j. F Y"
MONTH_DAY_FORMAT = "j. F"
SHORT_DATE_FORMAT = "d.m.Y"
XLSX_DATE_FORMAT = "dd.mm.yyyy"  # the same to a spreadsheet
TIME_FORMAT = "H.i"
DATETIME_FORMAT = r"j. F Y \k\l. H.i"
