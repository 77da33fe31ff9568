; sheet-1 for k40-smoothieboard
G21 G17 G90
; stock 250 x 170 x 1 mm
; work zero: lower left corner of the sheet
; control setting laser_module_maximum_s_value = 1.0
; control setting laser_module_proportional_power = true
M8
; piece 0: plate
G0 X50 Y50
G1 X70 F3000 S0.15
G0 X60 Y45
G1 Y55
G0 X40 Y40
G1 X45 F900 S0.8
G2 X35 Y40 I-5 J0
X45 Y40 I5 J0
G0 X18 Y20
G1 X90 F1200
G3 X100 Y30 I0 J10
G1 Y70
G3 X20 Y70 I-40 J-96
G1 Y20
M9
M5
M2
