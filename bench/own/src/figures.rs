//! What was measured, as JSON and as a table.

#[derive(Default)]
pub struct Figures(Vec<(String, f64, &'static str)>);

impl Figures {
    pub fn add(&mut self, name: &str, value: f64, unit: &'static str) {
        eprintln!("{name}: {value:.3} {unit}");
        self.0.push((name.to_owned(), value, unit));
    }

    /// An object of numbers; the names say what they are, the table says in what.
    pub fn json(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, value, _)| format!("  \"{name}\": {value:.4}")).collect();
        format!("{{\n{}\n}}\n", members.join(",\n"))
    }

    /// For a document.
    pub fn table(&self) -> String {
        let rows = self.0.iter().map(|(name, value, unit)| match unit {
            &"bytes" => format!("| {} | {:.2} MiB |\n", name.replace('_', " "), value / f64::from(1 << 20)),
            unit => format!("| {} | {value:.2} {unit} |\n", name.replace('_', " ")),
        });
        format!("| what | measured |\n|---|---|\n{}", rows.collect::<String>())
    }
}

/// The value that so many of a hundred do not exceed. Sorts.
pub fn percentile(values: &mut [f64], hundredth: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (values.len() * hundredth).div_ceil(100).clamp(1, values.len()) - 1;
    values[index]
}
