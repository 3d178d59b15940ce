//! CSV files that spreadsheets open as they are meant.

/// The byte order mark, by which Excel knows UTF-8.
const MARK: &str = "\u{feff}";

/// A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front. Control characters
/// become spaces, so that none of them can hide the first sign; numbers stay numbers.
pub fn safe_cell(text: &str) -> String {
    let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let first = text.trim_start_matches([' ', '\u{feff}', '\u{a0}', '\u{3000}']).chars().next();
    let is_formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let is_number = text.parse::<i64>().is_ok();
    if is_formula && !is_number { format!("'{text}") } else { text }
}

/// A cell as it was before [`safe_cell`]: without the apostrophe in front of what begins like a formula.
pub fn plain_cell(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if safe_cell(rest) != rest => rest,
        _ => text,
    }
}

/// A file: with the mark of its encoding, lines that end as RFC 4180 says, and cells that are no formulas.
///
/// # Errors
/// When a row has another number of cells than the header.
pub fn write<H, R, C>(header: H, rows: R) -> Result<String, String>
where
    H: IntoIterator,
    H::Item: AsRef<str>,
    R: IntoIterator,
    R::Item: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let header: Vec<String> = header.into_iter().map(|cell| safe_cell(cell.as_ref())).collect();
    writer.write_record(header).map_err(|error| error.to_string())?;
    for row in rows {
        let row: Vec<String> = row.into_iter().map(|cell| safe_cell(cell.as_ref())).collect();
        writer.write_record(row).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map(|text| format!("{MARK}{text}")).map_err(|error| error.to_string())
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ReadError {
    /// The line, from 1 on.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// A file that was read: the header, and each row with the line that it stands on. Cells are trimmed and as they were before
/// they were made safe; empty rows are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The header's cells.
    pub header: Vec<String>,
    /// The rows, as long as the header.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Reads a file with or without the mark of its encoding.
///
/// # Errors
/// When it is no CSV, or a row has another number of cells than the header.
pub fn read(text: &str) -> Result<Read, ReadError> {
    // With ends of lines of two characters the reader counts a line too few.
    let text = text.strip_prefix(MARK).unwrap_or(text).replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let wrong = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        ReadError { line, message: error.to_string() }
    };
    let cells = |record: &csv::StringRecord| record.iter().map(|cell| plain_cell(cell).to_owned()).collect();
    let header = cells(reader.headers().map_err(|error| wrong(&error))?);
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        let line = record.position().map_or(1, csv::Position::line);
        if record.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, cells(&record)));
        }
    }
    Ok(Read { header, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("+82", "+82"),
            ("-500", "-500"),
            ("-500원", "'-500원"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("\r\n=1", "'  =1"),
            (" =1", "' =1"),
            ("\u{3000}=1", "'\u{3000}=1"),
            ("＝1", "'＝1"),
            ("사과 = 맛", "사과 = 맛"),
            ("1+1 행사", "1+1 행사"),
            ("'quoted", "'quoted"),
            ("a\nb", "a b"),
            ("", ""),
        ] {
            assert_eq!(safe_cell(cell), safe, "{cell:?}");
        }
        for cell in ["=1+1", "-500원", "'quoted", "사과", "-5"] {
            assert_eq!(plain_cell(&safe_cell(cell)), cell);
        }
    }

    #[test]
    fn files_have_a_mark_and_quotes_and_are_read_again() {
        let rows = [vec!["사과, \"꿀\"", "1000"], vec!["=A1", "-5"]];
        let file = write(["상품", "금액"], rows).unwrap();
        assert_eq!(file, "\u{feff}상품,금액\r\n\"사과, \"\"꿀\"\"\",1000\r\n'=A1,-5\r\n");
        let again = read(&file).unwrap();
        assert_eq!(again.header, ["상품", "금액"]);
        let cells = |line: u64, cells: [&str; 2]| (line, cells.map(str::to_owned).to_vec());
        assert_eq!(again.rows, [cells(2, ["사과, \"꿀\"", "1000"]), cells(3, ["=A1", "-5"])]);
        assert!(write(["a"], [vec!["b", "c"]]).is_err());
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        assert_eq!(read("a,b\n1,2\n,\n3\n").unwrap_err().line, 4);
        assert_eq!(read("").unwrap(), Read { header: Vec::new(), rows: Vec::new() });
        assert_eq!(read("a,b\n , \n1, 2 \n").unwrap().rows, [(3, vec!["1".to_owned(), "2".to_owned()])]);
    }
}
