using System.Diagnostics;
using CsCheck;
using MultiagentFT.Foundation;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>Reads mutants one after another: each is read or refused as bad input, and neither takes long.</summary>
internal static class Fuzzer
{
    private const int MostFaults = 12;

    /// <summary>Mutants between two lines of the log.</summary>
    private const int Stride = 1000;

    /// <summary>Of processor time: the machine may have more to do.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Of time without work: a mutant that waits for ever.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <param name="subject">The kind of file, for messages.</param>
    /// <param name="count">Mutants of the short run.</param>
    /// <param name="mutants">The mutants; a number and the seed give one of them.</param>
    /// <param name="read">Reads one by all ways in which the product reads such a file. Whether all took it.</param>
    public static void Run<T>(string subject, int count, Gen<T> mutants, Func<T, bool> read)
        where T : notnull
    {
        count = FuzzSettings.Count ?? count;
        var (taken, slowest) = (0, TimeSpan.Zero);
        var faults = new Dictionary<string, string>();
        for (var number = FuzzSettings.Only ?? 0; number < (FuzzSettings.Only + 1 ?? count) && faults.Count < MostFaults; number++)
        {
            if (number > 0 && number % Stride == 0) Report(number);
            var mutant = mutants.Generate(new PCG((uint)number, FuzzSettings.Seed), null, out _);
            var clock = Stopwatch.StartNew();
            var reading = Task.Run(() => read(mutant));
            try
            {
                Await(reading);
                if (reading.GetAwaiter().GetResult()) taken++;
            }
            catch (TimeoutException) when (!reading.IsCompleted)
            {
                Fault(number, mutant, "a hang", new TimeoutException($"not read in {Longest.TotalSeconds} s"));
                break;
            }
            catch (Exception error)
            {
                Fault(number, mutant, KindOf(error), error);
            }
            finally
            {
                if (clock.Elapsed > slowest) slowest = clock.Elapsed;
            }
        }
        Report(count);
        Assert.True(faults.Count == 0, string.Join("\n\n", faults.Values));
        // What refuses or takes all mutants tests nothing.
        if (FuzzSettings.Only is null) Assert.InRange(taken, 1, count - 1);

        void Report(int done) => FuzzSettings.Log(
            $"{subject}: {done} mutants of seed {FuzzSettings.Seed}, {taken} read, the others refused, slowest {slowest.TotalSeconds:f2} s, {faults.Count} kinds of faults");

        void Fault(int number, T mutant, string kind, Exception error)
        {
            var text = $"{subject}, MFT_FUZZ_SEED={FuzzSettings.Seed} MFT_FUZZ_ONLY={number} ({(mutant as Mutant)?.Damage ?? mutant.ToString()}): {error}";
            if (faults.TryAdd(kind, text)) FuzzSettings.Log(text);
        }
    }

    /// <summary>Whether a file is taken, not refused.</summary>
    public static bool Takes(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InputException error)
        {
            Assert.NotEmpty(error.Message);
            return false;
        }
    }

    private static void Await(Task reading)
    {
        var (worked, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        while (Task.WaitAny([reading], TimeSpan.FromSeconds(1)) < 0)
        {
            if (Environment.CpuUsage.TotalTime - worked > Longest || clock.Elapsed > LongestWait) throw new TimeoutException();
        }
    }

    /// <summary>Faults of one kind come from one place.</summary>
    private static string KindOf(Exception error)
    {
        var place = error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("at MultiagentFT.", StringComparison.Ordinal));
        return $"{error.GetType().Name} {place?.Trim()}";
    }
}
