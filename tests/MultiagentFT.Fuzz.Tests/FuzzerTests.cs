using System.Text;
using CsCheck;
using MultiagentFT.Foundation;
using MultiagentFT.Fuzz.Tests.Mutation;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>The fuzzer finds faults, and gives the same mutants again.</summary>
public sealed class FuzzerTests
{
    private static readonly byte[] Whole = Encoding.UTF8.GetBytes("""{"a":[1,"x",{"b":null}],"c":2}""");

    [Fact]
    public void A_fault_is_told_with_seed_and_number()
    {
        var error = Assert.ThrowsAny<Exception>(() => Fuzzer.Run("numbers", 50, Gen.Int[0, 3], number => number == 2 ? throw new ArgumentException("two") : number == 1));

        Assert.Contains($"numbers, MFT_FUZZ_SEED={FuzzSettings.Seed} MFT_FUZZ_ONLY=", error.Message);
        Assert.Contains("System.ArgumentException: two", error.Message);
    }

    [Fact]
    public void Bad_input_is_no_fault()
    {
        Assert.False(Fuzzer.Takes(() => throw new InputException("file", "key", "a", "b")));
        Assert.Throws<ArgumentException>(() => Fuzzer.Takes(() => throw new ArgumentException("x")));
    }

    [Fact]
    public void Mutants_that_are_all_refused_test_nothing() =>
        Assert.ThrowsAny<Exception>(() => Fuzzer.Run("numbers", 50, Gen.Int[0, 3], _ => false));

    [Fact]
    public void One_number_gives_one_mutant()
    {
        foreach (var mutants in (Gen<Mutant>[])[ByteMutants.Of(Whole), JsonMutants.Of(Whole)])
        {
            Mutant[] once = [.. Numbered(mutants)];

            Assert.Equal(once.Select(mutant => mutant.Content), Numbered(mutants).Select(mutant => mutant.Content));
            Assert.InRange(once.Select(mutant => Convert.ToHexString(mutant.Content)).Distinct().Count(), 50, 100);
        }
    }

    private static IEnumerable<Mutant> Numbered(Gen<Mutant> mutants) =>
        Enumerable.Range(0, 100).Select(number => mutants.Generate(new PCG((uint)number, 1), null, out _));
}
