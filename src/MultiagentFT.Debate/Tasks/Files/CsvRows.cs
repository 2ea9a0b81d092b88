using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>Rows of a table of comma-separated values (RFC 4180) in UTF-8 whose first row names the columns.</summary>
internal static class CsvRows
{
    /// <param name="path">The file.</param>
    /// <param name="skipped">Told of a row with more or fewer cells than there are columns, which is left out; null: that is thrown.</param>
    /// <exception cref="InputException">The file cannot be read, or a row has more or fewer cells than there are columns.</exception>
    public static IEnumerable<TaskRow> Read(string path, Action<InputException>? skipped)
    {
        using var text = Open(path);
        using var csv = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = found => throw new InputException(path, $"line {found.Context.Parser!.RawRow}", "cells in whole quotes", "a quote within a cell"),
        });
        if (!Next(path, csv)) throw new InputException(path, null, "a first row with the names of the columns", "nothing");
        var columns = csv.Record!.Select(name => name.Trim()).ToArray();
        var repeated = columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null) throw new InputException(path, "line 1", "every column once", repeated.Key);
        while (Next(path, csv))
        {
            var cells = csv.Record!;
            var place = $"line {csv.RawRow}";
            if (cells.Length != columns.Length)
            {
                var error = new InputException(path, place, $"{columns.Length} cells", $"{cells.Length}");
                if (skipped is null) throw error;
                skipped(error);
                continue;
            }
            yield return new CellRow(path, place, columns.Zip(cells).ToDictionary(pair => pair.First, pair => (object?)pair.Second, StringComparer.Ordinal));
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }

    private static bool Next(string path, CsvParser csv)
    {
        try
        {
            return csv.Read();
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException(path, $"after line {csv.RawRow}", "text in UTF-8", $"byte 0x{error.BytesUnknown?[0] ?? 0:X2}, as other encodings have it", error);
        }
        catch (Exception error) when (error is IOException or CsvHelperException)
        {
            throw error.InnerException as InputException
                ?? new InputException(path, $"after line {csv.RawRow}", "comma-separated values", error.Message.Split('\n')[0].TrimEnd(), error);
        }
    }
}
