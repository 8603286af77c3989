// SPDX-License-Identifier: MIT
//! Recovery codes on paper: one sheet for each holder.
//!
//! Spec: mesh-architecture, "Escrow".
//! Here: the sheet as text and as a page to print (PDF, A4), with the code as text and as QR code.
//! Not here: the codes (`mesh-client`, escrow).

use std::path::{Path, PathBuf};

use mesh_keystore::file::{Existing, create_private_dir, write_private};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::qr;

/// A page of A4, in points.
const PAGE: Rect = Rect {
    x1: 0.0,
    y1: 0.0,
    x2: 595.0,
    y2: 842.0,
};
/// Margin of the page, in points.
const MARGIN: f32 = 72.0;
/// Side of the QR code on the page, in points: about seven centimetres.
const CODE: f32 = 200.0;
/// Groups of the code in a line of the page.
const GROUPS: usize = 7;
/// Letters in a line of the instructions.
const COLUMNS: usize = 88;

/// What stands on a sheet.
pub struct Sheet<'a> {
    /// Address of the account.
    pub address: &'a str,
    /// Fingerprint of the account.
    pub udf: &'a str,
    /// The code.
    pub code: &'a str,
    /// Which of the codes it is, counted from 1.
    pub number: u8,
    /// How many there are.
    pub of: u8,
    /// How many of them are needed.
    pub quorum: u8,
    /// When they were made.
    pub made: &'a str,
}

/// Makes the directory of the sheets, which must not be there, with mode 0700.
///
/// # Errors
/// [`Failure`] when it is there already or cannot be made.
pub fn directory(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::misuse(
            format!("{} exists", path.display()),
            "name a directory that does not exist, so that sheets of several sets are not mixed up",
        ));
    }
    Ok(create_private_dir(path)?)
}

impl Sheet<'_> {
    /// Writes the sheet into a directory, in both forms, with mode 0600; the files.
    ///
    /// # Errors
    /// [`Failure`] when a file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<[PathBuf; 2], Failure> {
        let file =
            |ending| directory.join(format!("sheet-{}-of-{}.{ending}", self.number, self.of));
        let (text, page) = (file("txt"), file("pdf"));
        write_private(&text, self.text()?.as_bytes(), Existing::Keep)?;
        write_private(&page, &self.page()?, Existing::Keep)?;
        Ok([text, page])
    }

    fn lines(&self) -> Vec<String> {
        let (number, of, quorum) = (self.number, self.of, self.quorum);
        vec![
            format!("Account      {}", self.address),
            format!("Fingerprint  {}", self.udf),
            format!("Code         {number} of {of}; any {quorum} of them recover the account"),
            format!("Made         {}", self.made),
        ]
    }

    fn instructions(&self) -> Vec<String> {
        let worth = match self.quorum.saturating_sub(1) {
            0 => [
                "This sheet opens everything that the account holds. Whoever has it has the account:".to_owned(),
                "keep it where nobody finds it.".to_owned(),
            ],
            others => [
                format!("This sheet alone opens nothing. Together with {others} other of its set it opens everything"),
                "that the account holds. Keep it where nobody finds it together with another one.".to_owned(),
            ],
        };
        let [first, second] = worth;
        vec![
            first,
            second,
            String::new(),
            "To recover the account on a new machine, with each code typed in one line:".to_owned(),
            format!("    meshman account recover {}", self.address),
            "To rehearse that without changing anything:".to_owned(),
            format!("    meshman account recover {} --drill", self.address),
        ]
    }

    /// The sheet as text.
    fn text(&self) -> Result<Zeroizing<String>, Failure> {
        let mut out = Zeroizing::new(format!("Recovery code\n\n{}\n\n", self.lines().join("\n")));
        out.push_str(self.code);
        out.push_str("\n\n");
        out.push_str(&qr::terminal(self.code)?);
        out.push('\n');
        out.push_str(&self.instructions().join("\n"));
        out.push('\n');
        Ok(out)
    }

    /// The sheet as one page, in English.
    fn page(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.page_in("Recovery code", &self.lines(), &self.instructions())
    }

    /// The sheet as one page, with what stands above and below the code in the words of some language.
    ///
    /// # Errors
    /// [`Failure`] when the code is too long for a QR code.
    pub(crate) fn page_in(
        &self,
        title: &str,
        lines: &[String],
        instructions: &[String],
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut content = Content::new();
        let mut y = PAGE.y2 - MARGIN;
        let mut line = |content: &mut Content, font: &[u8], size: f32, text: &str| {
            content.begin_text();
            content.set_font(Name(font), size);
            content.next_line(MARGIN, y);
            content.show(Str(&latin(text)));
            content.end_text();
            y -= size * 1.4;
            y
        };
        line(&mut content, b"Title", 24.0, title);
        line(&mut content, b"Text", 12.0, "");
        for text in lines {
            line(&mut content, b"Code", 10.0, text);
        }
        line(&mut content, b"Text", 12.0, "");
        let groups: Vec<&str> = self.code.split('-').collect();
        for groups in groups.chunks(GROUPS) {
            line(&mut content, b"Code", 16.0, &groups.join("-"));
        }
        let top = line(&mut content, b"Text", 12.0, "");
        draw(&mut content, self.code, top)?;
        let mut y = top - CODE - 24.0;
        for text in instructions.iter().flat_map(|text| wrapped(text)) {
            content.begin_text();
            content.set_font(Name(b"Text"), 11.0);
            content.next_line(MARGIN, y);
            content.show(Str(&latin(&text)));
            content.end_text();
            y -= 16.0;
        }
        let [catalog, pages, page, stream, title, text, code] = [1, 2, 3, 4, 5, 6, 7].map(Ref::new);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page]).count(1);
        let mut leaf = pdf.page(page);
        leaf.media_box(PAGE).parent(pages).contents(stream);
        leaf.resources()
            .fonts()
            .pair(Name(b"Title"), title)
            .pair(Name(b"Text"), text)
            .pair(Name(b"Code"), code);
        leaf.finish();
        for (font, base) in [
            (title, &b"Helvetica-Bold"[..]),
            (text, b"Helvetica"),
            (code, b"Courier"),
        ] {
            // With the encoding of their own the standard fonts have no umlauts.
            let encoding = Name(b"WinAnsiEncoding");
            pdf.type1_font(font)
                .base_font(Name(base))
                .encoding_predefined(encoding);
        }
        pdf.stream(stream, &content.finish());
        Ok(Zeroizing::new(pdf.finish()))
    }
}

/// The octets of a text in Latin letters, which are all that addresses, codes and the languages here have.
fn latin(text: &str) -> Vec<u8> {
    let octet = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'?');
    text.chars().map(octet).collect()
}

/// A text in lines that fit on the page; what is set in stays as it is.
fn wrapped(text: &str) -> Vec<String> {
    if text.starts_with(' ') {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let full = lines.last().is_some_and(|line| {
            !line.is_empty() && line.len().saturating_add(word.len()) >= COLUMNS
        });
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Draws the QR code of a text below `top`.
fn draw(content: &mut Content, text: &str, top: f32) -> Result<(), Failure> {
    let rows = qr::modules(text)?;
    let count = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let side = CODE / f32::from(count);
    let mut y = top;
    for row in &rows {
        y -= side;
        let mut x = MARGIN;
        for &dark in row {
            if dark {
                content.rect(x, y, side, side);
            }
            x += side;
        }
    }
    content.fill_nonzero();
    Ok(())
}
