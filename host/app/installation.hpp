// Where an installation keeps what belongs to it. The build tree looks like one.
#pragma once

#include <filesystem>

namespace tenon::app {

// The folder with bin, lib, libexec and share; it may have been moved.
std::filesystem::path installation_folder();

// The program that isolated plugins run in.
std::filesystem::path worker_program();

// The first page of the documents.
std::filesystem::path documents();

// The deployment file of an installation: /etc/tenon/tenon.yaml when it is in /usr, else
// etc/tenon/tenon.yaml in its folder. It need not exist.
std::filesystem::path installed_config();

// Where that deployment keeps its data when the file does not say: the folder that systemd made for
// the service (STATE_DIRECTORY), /var/lib/tenon for root, tenon in the user's XDG_STATE_HOME
// (~/.local/state) for others.
std::filesystem::path state_folder();

}  // namespace tenon::app
