namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>Functions of one real number; null for unknown ones and outside of their domains.</summary>
internal static class NumericFunctions
{
    public static Approximation? Of(string name, Approximation argument)
    {
        if (name == "abs") return argument with { Value = argument.Magnitude };
        if (!argument.IsReal) return null;
        var x = argument.Value.Real;
        argument = argument with { IsLost = argument.IsLost || IsFlat(name, Math.Abs(x), argument.Error) };
        return name switch
        {
            "sin" => argument.With(Math.Sin(x), 1),
            "cos" => argument.With(Math.Cos(x), 1),
            "sinh" => argument.With(Math.Sinh(x), Math.Cosh(x)),
            "cosh" => argument.With(Math.Cosh(x), Math.Cosh(x)),
            "tanh" => argument.With(Math.Tanh(x), 1),
            "arctan" => argument.With(Math.Atan(x), 1),
            "arcsin" when Math.Abs(x) <= 1 => argument.With(Math.Asin(x), Slope(x)),
            "arccos" when Math.Abs(x) <= 1 => argument.With(Math.Acos(x), Slope(x)),
            "ln" when x > argument.Error => argument.With(Math.Log(x), 1 / x),
            "floor" when IsClear(x, argument.Error) => argument with { Value = Math.Floor(x), Error = 0 },
            "ceil" when IsClear(x, argument.Error) => argument with { Value = Math.Ceiling(x), Error = 0 },
            _ => null,
        };
    }

    /// <summary>
    /// Where a function cannot be told from a simpler one in floating point: cosines of tiny angles are 1, sinh 20 is cosh 20, arctangents
    /// of large numbers are π/2.
    /// </summary>
    private static bool IsFlat(string name, double magnitude, double error) => name switch
    {
        "sinh" or "cosh" or "tanh" when magnitude > 12 => true,
        "arctan" when magnitude > 1e4 => true,
        "ln" or "floor" or "ceil" => false,
        _ => magnitude < 1e-4 && magnitude > 4 * error,
    };

    /// <summary>1/√(1 - x²), which is bounded here since an error of 1e-16 moves the value by 1e-8 at the ends.</summary>
    private static double Slope(double x) => Math.Min(1e8, 1 / Math.Sqrt(Math.Max(1e-32, 1 - (x * x))));

    private static bool IsClear(double x, double error) =>
        Math.Floor(x - error) == Math.Floor(x + error) && Math.Ceiling(x - error) == Math.Ceiling(x + error);
}
