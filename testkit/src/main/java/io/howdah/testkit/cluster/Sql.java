package io.howdah.testkit.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Single statements on connections of their own. */
public final class Sql {
    private Sql() {}

    /** The first column of all rows. */
    public static List<String> column(String uri, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (result.next()) {
                values.add(result.getString(1));
            }
            return values;
        }
    }

    /** The one value of a query; an error of the test when it gives another number of rows. */
    public static String one(String uri, String sql) throws SQLException {
        List<String> values = column(uri, sql);
        if (values.size() != 1) {
            throw new AssertionError(sql + " gave " + values.size() + " rows");
        }
        return values.getFirst();
    }

    public static void run(String uri, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
