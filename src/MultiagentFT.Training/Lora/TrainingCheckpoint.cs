using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Lora;

/// <summary>
/// Where a training stands, in one file that is replaced as a whole: steps, weights, the optimizer's moments and the state of the generator of
/// random numbers. A training that continues from it ends with the bytes of one that was never interrupted.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="identity">Of the job; a checkpoint of another one is left alone.</param>
internal sealed class TrainingCheckpoint(string path, string identity)
{
    private const string Magic = "mft-training-checkpoint-2";

    /// <summary>Threads of the training; kept, not restored.</summary>
    public int Threads { get; set; }

    /// <summary>Beside an adapter.</summary>
    public static string PathFor(string adapter) => adapter + ".checkpoint";

    /// <summary>A hash of all that decides what a job comes to: options but those of speed, seed, and the contents of its files.</summary>
    public static string IdentityOf(TrainingJob job, ModelFile model)
    {
        var options = job.Options with { Threads = 0, Memory = "", Keep = Kept.Auto };
        var text = JsonSerializer.Serialize(
            new
            {
                options,
                job.Seed,
                model = model.Fingerprint,
                dataset = Hash(job.Dataset),
                preferences = job.Preferences is { } preferences ? Hash(preferences) : null,
                start = job.StartAdapter is { } start ? Hash(start) : null,
            },
            JsonFormats.Line);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>With how many threads the training began that the file is of; null where there is no checkpoint of this job.</summary>
    /// <inheritdoc cref="TryLoad" path="/exception"/>
    public int? TryLoadThreads() => Read(reader => (int?)ReadThreads(reader));

    /// <summary>Restores what the file holds.</summary>
    /// <returns>The steps taken and the seconds they took; null where there is no checkpoint of this job.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public (List<TrainingStep> Steps, double Seconds)? TryLoad(IReadOnlyList<Parameter> parameters, OptimizerHelper optimizer) =>
        Read<(List<TrainingStep> Steps, double Seconds)?>(reader =>
        {
            _ = ReadThreads(reader);
            var seconds = reader.ReadDouble();
            var steps = new List<TrainingStep>();
            for (var left = reader.ReadInt32(); left > 0; left--)
                steps.Add(new TrainingStep(reader.ReadInt32(), reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble()));
            using var pause = CollectionPause.Start();
            using var gradients = no_grad();
            using var scope = NewDisposeScope();
            foreach (var parameter in parameters) parameter.copy_(ReadTensor(reader, parameter));
            if (reader.ReadBoolean()) random.set_rng_state(ReadTensor(reader, random.get_rng_state()));
            optimizer.load_state_dict(reader);
            return reader.ReadString() == Magic ? (steps, seconds) : throw new InvalidDataException("no end");
        });

    private T? Read<T>(Func<BinaryReader, T?> read)
    {
        if (!File.Exists(path)) return default;
        try
        {
            using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path), 1 << 20));
            return reader.ReadString() == Magic && reader.ReadString() == identity ? read(reader) : default;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ArgumentException or FormatException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a whole checkpoint of this training (deleting it begins the training anew)", error.Message, error);
        }
    }

    /// <param name="steps">All so far.</param>
    /// <param name="seconds">That they took.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="optimizer">Its moments.</param>
    /// <param name="draws">Whether the training draws random numbers.</param>
    public void Save(IReadOnlyList<TrainingStep> steps, double seconds, IReadOnlyList<Parameter> parameters, OptimizerHelper optimizer, bool draws)
    {
        using var pause = CollectionPause.Start();
        using var scope = NewDisposeScope();
        AtomicFile.Write(path, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write(Magic);
            writer.Write(identity);
            writer.Write(Threads);
            writer.Write(seconds);
            writer.Write(steps.Count);
            foreach (var step in steps)
            {
                writer.Write(step.Number);
                writer.Write(step.Tokens);
                writer.Write(step.Loss);
                writer.Write(step.Rate);
            }
            foreach (var parameter in parameters) WriteTensor(writer, parameter.detach());
            writer.Write(draws);
            if (draws) WriteTensor(writer, random.get_rng_state());
            optimizer.save_state_dict(writer);
            writer.Write(Magic);
        });
    }

    /// <summary>After the adapter is written.</summary>
    public void Delete() => File.Delete(path);

    private static int ReadThreads(BinaryReader reader) =>
        reader.ReadInt32() is var threads && threads >= 1 && threads <= ThreadLimit.Most ? threads : throw new InvalidDataException($"{threads} threads");

    private static void WriteTensor(BinaryWriter writer, Tensor tensor)
    {
        var bytes = tensor.cpu().contiguous().bytes;
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static Tensor ReadTensor(BinaryReader reader, Tensor like)
    {
        var host = empty(like.shape, dtype: like.dtype);
        var bytes = host.bytes;
        if (reader.ReadInt32() != bytes.Length) throw new InvalidDataException("a tensor of another size");
        reader.BaseStream.ReadExactly(bytes);
        return host;
    }

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
