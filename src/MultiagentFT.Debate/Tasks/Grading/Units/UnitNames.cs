using System.Collections.Frozen;
using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Units;

/// <summary>Units by their names, with their exact sizes in base units.</summary>
internal static class UnitNames
{
    private static readonly FrozenDictionary<string, Unit> Names = Build();

    /// <summary>Whether a word in lower case is a unit, or says how one is meant: square, cubic.</summary>
    public static bool Knows(string word) => Find(word) is not null || word is "square" or "cubic" or "sq" or "cu";

    public static Unit? Find(string word)
    {
        if (Names.TryGetValue(word, out var unit)) return unit;
        if (word.Length > 3 && word.EndsWith('s') && Names.TryGetValue(word[..^1], out unit)) return unit;
        return word.Length > 4 && word.EndsWith("es", StringComparison.Ordinal) && Names.TryGetValue(word[..^2], out unit) ? unit : null;
    }

    /// <summary>Units of one letter, which are such only in \text{} or beside a unit.</summary>
    public static Unit? OfLetter(string letter) => letter switch
    {
        "m" => new Unit("m", 1),
        "s" => new Unit("s", 1),
        "h" => new Unit("s", 3600),
        "g" => new Unit("g", 1),
        "L" or "l" => new Unit("L", 1),
        _ => null,
    };

    private static FrozenDictionary<string, Unit> Build()
    {
        var names = new Dictionary<string, Unit>(StringComparer.Ordinal);
        Add("m", (1, 1000, "mm millimeter millimetre"), (1, 100, "cm centimeter centimetre"), (1, 10, "dm decimeter"),
            (1, 1, "meter metre"), (1000, 1, "km kilometer kilometre"), (254, 10000, "in inch"), (3048, 10000, "ft foot feet"),
            (9144, 10000, "yd yard"), (1609344, 1000, "mi mile"));
        Add("s", (1, 1000, "ms millisecond"), (1, 1, "sec second"), (60, 1, "min minute"), (3600, 1, "hr hour"), (86400, 1, "day"),
            (604800, 1, "wk week"));
        Add("month", (1, 1, "month mo"), (12, 1, "yr year"));
        Add("g", (1, 1000, "mg milligram"), (1, 1, "gram gm"), (1000, 1, "kg kilogram"));
        Add("lb", (1, 1, "lb lbs pound"), (1, 16, "oz ounce"));
        Add("L", (1, 1000, "ml milliliter millilitre"), (1, 1, "liter litre"));
        Add("gal", (1, 1, "gal gallon"), (1, 4, "qt quart"), (1, 8, "pt pint"));
        Add("$", (1, 1, "dollar usd buck"), (1, 100, "cent penny pennies"));
        Add("€", (1, 1, "euro eur"));
        Add("£", (1, 1, "gbp"));
        Add("¥", (1, 1, "yen jpy"));
        Add("₹", (1, 1, "rupee inr"));
        Add("degree", (1, 1, "degree deg"));
        Add(Unit.PercentDimension, (1, 1, "percent percentage"));
        Add("am", (1, 1, "am"));
        Add("pm", (1, 1, "pm"));
        Add("m/s", (1609344, 3600000, "mph"), (1000, 3600, "kmh kph"));
        return names.ToFrozenDictionary();

        void Add(string dimension, params (long Numerator, long Denominator, string Words)[] units)
        {
            foreach (var (numerator, denominator, words) in units)
                foreach (var word in words.Split(' ')) names.Add(word, new Unit(dimension, Rational.Of(numerator, denominator)!.Value));
        }
    }
}
