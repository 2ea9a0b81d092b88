using System.Globalization;

namespace MultiagentFT.Contracts.Generation;

/// <summary>Amounts of memory as people write them: <c>6GiB</c>, <c>512MiB</c>, <c>1.5GB</c>.</summary>
public static class ByteSize
{
    private static readonly (string Unit, double Bytes)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)];

    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    public const string Expected = "an amount such as 6GiB or 800MB";

    /// <returns>False for anything but a positive number with a unit.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        foreach (var (unit, factor) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            if (!(number * factor is >= 1 and < long.MaxValue / 2)) return false;
            bytes = (long)(number * factor);
            return true;
        }
        return false;
    }

    /// <summary>With the unit that gives a number from 1 to 1023, one decimal.</summary>
    public static string Text(long bytes)
    {
        var unit = bytes >= 1L << 30 ? 2 : bytes >= 1L << 20 ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Units[unit].Bytes:0.#} {Units[unit].Unit}");
    }
}
