using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>
/// The value of expressions at one random point of a finite field. Letters, pi and e are random squares, so that equal polynomials,
/// rational functions, powers and roots of them have equal values, and others have not, but for chance (below 2^-50). What the field
/// cannot express, such as sines, becomes a random value of its own.
/// </summary>
internal sealed class ModularEvaluation(Seed point)
{
    private const ulong P = PrimeField.P;
    private const ulong Q = PrimeField.Q;

    /// <summary>Exponents near the order of the field would make x^(P-1) equal 1.</summary>
    private const int MostExponentBits = 56;

    private const int MostNumberBits = 60;

    private readonly Dictionary<string, Residue> _symbols = new(StringComparer.Ordinal);

    /// <summary>Whether different values prove different expressions.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>
    /// Whether equal values need support: letters stand under roots, so that they prove equality for positive letters alone, or a
    /// number is above P.
    /// </summary>
    public bool NeedsSupport { get; private set; }

    /// <summary>Null where the expression has no value, as 1/0.</summary>
    public Residue? Of(Expr expression) => expression switch
    {
        Number number => Of(number.Value),
        Symbol symbol => Of(symbol),
        Sum sum => Of(sum),
        Product product => Of(product),
        Power { Exponent: Number { Value: { IsWhole: true, Bits: <= MostExponentBits } exponent } } power =>
            Of(power.Base)?.Power(exponent.Numerator),
        Power power => Of(power),
        Call call => Of(call),
        _ => null,
    };

    private Residue? Of(Rational value)
    {
        NeedsSupport |= value.Bits >= MostNumberBits;
        var denominator = PrimeField.Reduce(value.Denominator, P);
        if (denominator == 0) return null;
        var real = PrimeField.Reduce(value.Numerator, P);
        if (value.IsWhole) return new Residue(real, 0, PrimeField.Reduce(value.Numerator, Q));
        var below = PrimeField.Reduce(value.Denominator, Q);
        return new Residue(
            PrimeField.Multiply(real, PrimeField.Inverse(denominator, P), P),
            0,
            below == 0 ? null : PrimeField.Multiply(PrimeField.Reduce(value.Numerator, Q), PrimeField.Inverse(below, Q), Q));
    }

    private Residue Of(Symbol symbol)
    {
        if (symbol.Name == "i") return new Residue(0, 1, null);
        if (_symbols.TryGetValue(symbol.Name, out var value)) return value;
        var random = point.Of(symbol.Name).Generator();
        return _symbols[symbol.Name] = new Residue(Square(random.NextUInt64()), 0, random.NextUInt64() % Q);
    }

    private Residue? Of(Sum sum)
    {
        Residue? total = new Residue(0, 0, 0);
        foreach (var term in sum.Terms) total = total is { } value && Of(term) is { } next ? value.Plus(next) : null;
        return total;
    }

    private Residue? Of(Product product)
    {
        Residue? total = Residue.One;
        foreach (var factor in product.Factors) total = total is { } value && Of(factor) is { } next ? value.Times(next) : null;
        return total;
    }

    private Residue? Of(Power power)
    {
        if (Of(power.Exponent) is not { } exponent) return null;
        var radix = power.Base;
        if (radix is Number { Value: { Sign: < 0 } negative } && power.Exponent is Number { Value: var half } && half.Denominator == 2)
        {
            var magnitude = Of(new Power(new Number(negative.Negated()), power.Exponent));
            return magnitude?.Times(new Residue(0, 1, null).Power(half.Numerator)!.Value);
        }
        if (Of(radix) is not { } value) return null;
        if (value.IsZero) return power.Exponent is Number { Value.Sign: > 0 } ? value : null;
        if (exponent.Exponent is not { } whole || !value.IsReal || !PrimeField.IsSquare(value.Real))
            return Opaque("power", [value, exponent]);
        if (power.Exponent is Number { Value.IsWhole: true }) return Opaque("power", [value, exponent]);
        if (!Positive.IsCertain(radix)) IsExact = false;
        if (!Positive.IsConstant(radix)) NeedsSupport = true;
        return new Residue(PrimeField.Power(value.Real, whole, P), 0, null);
    }

    private Residue? Of(Call call)
    {
        var values = new List<Residue>();
        foreach (var argument in call.Arguments)
        {
            if (Of(argument) is not { } value) return null;
            values.Add(value);
        }
        if (call.Name == "binom" && call.Arguments[1] is Number { Value: { IsWhole: true, Sign: >= 0 } k } && k.Numerator < 64)
            return Binomial(values[0], (int)k.Numerator);
        return Opaque(call.Name, values);
    }

    /// <summary>n (n - 1) ... (n - k + 1) / k!</summary>
    private Residue? Binomial(Residue n, int k)
    {
        Residue? product = Residue.One;
        for (var i = 0; i < k; i++)
            product = product?.Times(n.Plus(Of((Rational)(-i))!.Value)).Times(Of((Rational)(i + 1))!.Value.Inverse()!.Value);
        return product;
    }

    /// <summary>A random value that depends on the function and its arguments only.</summary>
    private Residue Opaque(string name, IEnumerable<Residue> arguments)
    {
        IsExact = false;
        var seed = point.Of("opaque").Of(name);
        foreach (var argument in arguments) seed = seed.Of((long)argument.Real).Of((long)argument.Imaginary);
        return new Residue(Square(seed.Generator().NextUInt64()), 0, null);
    }

    private static ulong Square(ulong value)
    {
        var root = (value % (P - 1)) + 1;
        return PrimeField.Multiply(root, root, P);
    }
}
