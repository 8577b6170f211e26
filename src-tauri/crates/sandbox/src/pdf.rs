//! A small valid PDF: one page of text.

use std::fmt::Write as _;

/// Lines that fit on one page.
const LINES: usize = 44;

/// A PDF 1.4 document with these lines of text. The same lines give the same bytes.
pub(crate) fn document(lines: &[String]) -> Vec<u8> {
    let mut text = String::from("BT /F1 12 Tf 56 786 Td 16 TL\n");
    for line in lines.iter().take(LINES) {
        text.push('(');
        text.extend(line.chars().flat_map(escaped));
        text.push_str(") Tj T*\n");
    }
    text.push_str("ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}endstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    assemble(&objects)
}

/// Objects, then the table of where each begins.
fn assemble(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.4\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (object, number) in objects.iter().zip(1..) {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        let _ = write!(out, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = out.len();
    let size = objects.len() + 1;
    let _ = write!(out, "{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.into_bytes()
}

/// A character inside a string of the page. The standard fonts know Latin letters only; others become a question
/// mark, which keeps the file readable everywhere.
fn escaped(character: char) -> Vec<char> {
    match character {
        '(' | ')' | '\\' => vec!['\\', character],
        ' '..='~' => vec![character],
        '\u{a1}'..='\u{ff}' => format!("\\{:03o}", u32::from(character)).chars().collect(),
        _ => vec!['?'],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        String::from_utf8(document(&lines)).unwrap()
    }

    #[test]
    fn every_entry_of_the_table_points_at_its_object() {
        let text = check(&["Konsultavtal (utkast)", "Åsa Öberg"]);
        assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"));
        let start: usize =
            text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        let table: Vec<&str> = text[start..].lines().skip(3).take(5).collect();
        for (entry, number) in table.iter().zip(1..) {
            let at: usize = entry[..10].parse().unwrap();
            assert!(text[at..].starts_with(&format!("{number} 0 obj")), "object {number} at {at}");
        }
    }

    #[test]
    fn the_length_of_the_page_is_its_length() {
        let text = check(&["Ligne (1) \\ åäö Привет"]);
        let stream = text.split("stream\n").nth(1).unwrap().strip_suffix("end").unwrap();
        assert!(text.contains(&format!("/Length {}", stream.len())));
    }
}
