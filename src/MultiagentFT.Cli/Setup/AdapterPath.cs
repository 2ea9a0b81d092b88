using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Cli.Setup;

/// <summary>What a command line names as an adapter: a LoRA GGUF, a reference to remote weights, or a folder in PEFT's form, which is imported once.</summary>
internal static class AdapterPath
{
    /// <summary>The file that is served: the path itself, or the folder's adapter as a LoRA GGUF in the cache, by the content of both and of the base.</summary>
    /// <exception cref="InputException">The folder is no sound LoRA adapter, or not one of this base.</exception>
    public static string Resolve(string path, string model)
    {
        if (!Directory.Exists(path) || RemoteModel.IsRemote(model)) return path;
        using var file = ModelFile.Open(model);
        var imported = Path.Combine(CacheFolder.Path, "adapters", Hash(path, file.Fingerprint) + ".gguf");
        if (File.Exists(imported)) return imported;
        Directory.CreateDirectory(Path.GetDirectoryName(imported)!);
        PeftImport.Run(path, file, imported, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))));
        return imported;
    }

    private static string Hash(string folder, string fingerprint)
    {
        var text = new StringBuilder(ProductVersion.Current.ToString()).Append('\n').Append(fingerprint);
        foreach (var name in (string[])["adapter_config.json", "adapter_model.safetensors"])
        {
            var path = Path.Combine(folder, name);
            // What is missing is named by the import.
            text.Append('\n').Append(File.Exists(path) ? InputFile.Measure(path).Sha256 : "none");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
