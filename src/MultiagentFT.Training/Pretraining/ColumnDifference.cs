using System.Globalization;

namespace MultiagentFT.Training.Pretraining;

/// <summary>A difference worked out digit by digit.</summary>
internal static class ColumnDifference
{
    /// <summary>The smaller number from the larger, of three digits each; a digit that borrows is written as what it then is.</summary>
    /// <returns>Lines, each with its end.</returns>
    public static IEnumerable<string> Lines(int left, int right)
    {
        var (larger, smaller) = (Math.Max(left, right), Math.Min(left, right));
        yield return Line($"step by step\n{larger:000}-{smaller:000}\n");
        var borrowed = 0;
        for (var place = 1; place <= 100; place *= 10)
        {
            var (upper, lower) = (larger / place % 10, smaller / place % 10);
            var borrows = upper - borrowed < lower;
            if (borrows) upper += 10;
            yield return Line($"{upper}-{lower}{(borrowed == 1 ? "-1" : "")}={upper - lower - borrowed}\n");
            borrowed = borrows ? 1 : 0;
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
