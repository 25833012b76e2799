package io.howdah.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lays rows out in columns, two spaces apart; columns of numbers align to the right. */
public final class Table {
    private final List<String> header;
    private final Set<Integer> rightAligned;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** One cell and its look. */
    public record Cell(String text, Style style) {
        public static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }
    }

    public Table(List<String> header, Set<Integer> rightAligned) {
        this.header = List.copyOf(header);
        this.rightAligned = Set.copyOf(rightAligned);
    }

    public void add(Cell... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException(
                    "a row of %d cells in a table of %d columns".formatted(cells.length, header.size()));
        }
        rows.add(List.of(cells));
    }

    /** The lines of the table, header first. */
    public List<String> render(Terminal terminal) {
        List<List<Cell>> all = new ArrayList<>();
        all.add(header.stream().map(name -> new Cell(name, Style.BOLD)).toList());
        all.addAll(rows);
        int[] widths = new int[header.size()];
        for (List<Cell> row : all) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).text().length());
            }
        }
        return all.stream().map(row -> line(row, widths, terminal)).toList();
    }

    private String line(List<Cell> row, int[] widths, Terminal terminal) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            Cell cell = row.get(column);
            String padding = " ".repeat(widths[column] - cell.text().length());
            String text = terminal.styled(cell.style(), cell.text());
            line.append(column == 0 ? "" : "  ")
                    .append(rightAligned.contains(column) ? padding + text : text + padding);
        }
        return line.toString().stripTrailing();
    }
}
