using System.Numerics;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>
/// A value in floating point with a bound of its error. It is lost when a summand vanished beside a much larger one, so that
/// agreement says nothing about the small one.
/// </summary>
internal readonly record struct Approximation(Complex Value, double Error, bool IsLost, bool HasLetters)
{
    public const double Epsilon = 4.5e-16;

    public bool IsReal => Value.Imaginary == 0;

    public double Magnitude => Complex.Abs(Value);

    public bool IsFinite => double.IsFinite(Value.Real) && double.IsFinite(Value.Imaginary) && double.IsFinite(Error);

    public Approximation Times(Approximation other) => new(
        IsReal && other.IsReal ? new Complex(Value.Real * other.Value.Real, 0) : Value * other.Value,
        (Magnitude * other.Error) + (other.Magnitude * Error) + (Epsilon * Magnitude * other.Magnitude),
        IsLost || other.IsLost,
        HasLetters || other.HasLetters);

    /// <summary>The value of a function of this one and the error that its slope makes.</summary>
    public Approximation With(double value, double slope) =>
        this with { Value = value, Error = (Math.Abs(slope) * Error) + (Epsilon * Math.Abs(value)) };

    /// <summary>Whether the values differ by more than their errors.</summary>
    public bool Differs(Approximation other) => Complex.Abs(Value - other.Value) > 4 * (Error + other.Error);
}
